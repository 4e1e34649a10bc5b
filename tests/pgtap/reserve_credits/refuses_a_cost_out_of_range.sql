begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), %L)', :'profile', c.cost),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'cost', 'value', c.cost,
                     'minimum', 0, 'maximum', 9007199254740991),
  format('%s is refused', c.cost)
)
from (values (-1), (-9223372036854775808), (9007199254740992), (9223372036854775807)) c (cost);

select * from finish();
rollback;
