begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.get_statement(%L, page_size => %L)', :'profile', c.page_size),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'page_size', 'value', c.page_size,
                     'minimum', 1, 'maximum', 1000),
  format('%s is refused', c.page_size)
)
from (values (0), (-1), (-9223372036854775808), (1001), (9007199254740992), (9223372036854775807))
     c (page_size);

select * from finish();
rollback;
