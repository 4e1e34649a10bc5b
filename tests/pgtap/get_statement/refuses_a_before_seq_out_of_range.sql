begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.get_statement(%L, %L)', :'profile', c.before_seq),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'before_seq', 'value', c.before_seq,
                     'minimum', 1, 'maximum', 9007199254740991),
  format('%s is refused', c.before_seq)
)
from (values (0), (-1), (-9223372036854775808), (9007199254740992), (9223372036854775807))
     c (before_seq);

select * from finish();
rollback;
