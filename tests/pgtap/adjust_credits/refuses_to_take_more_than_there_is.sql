begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, %s, %s, %L, %L)',
         :'profile', 'a', c.monthly, c.addon, 'why', 'who'),
  'PT402', 'insufficient_credits',
  jsonb_build_object('required', c.required, 'available', c.available,
                     'monthly', 500, 'addon', 5000),
  format('%s, %s', c.monthly, c.addon)
)
from (values (-501, 0, 501, 500), (0, -5001, 5001, 5000), (-501, -5001, 501, 500),
             (-501, 9000, 501, 500), (9000, -5001, 5001, 5000),
             (-9007199254740991, 0, 9007199254740991, 500))
     c (monthly, addon, required, available);

select * from finish();
rollback;
