begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), %s)', :'profile', c.cost),
  'PT402', 'insufficient_credits',
  jsonb_build_object('required', c.cost, 'available', 0, 'monthly', 0, 'addon', 0),
  format('%s is refused', c.cost)
)
from (values (1), (9007199254740991)) c (cost);

select * from finish();
rollback;
