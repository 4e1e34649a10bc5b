begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 10000)',
         credits_tests.profile(c.monthly, c.addon)),
  'PT402', 'insufficient_credits',
  jsonb_build_object('required', 10000, 'available', c.monthly + c.addon,
                     'monthly', c.monthly, 'addon', c.addon),
  format('%s + %s', c.monthly, c.addon)
)
from (values (500, 5000), (9999, 0), (0, 9999)) c (monthly, addon);

select * from finish();
rollback;
