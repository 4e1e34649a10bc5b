begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format($$ select credits.reserve_credits(%L, gen_random_uuid(), 5501) $$, :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 5501, "available": 5500, "monthly": 500, "addon": 5000}',
  'one credit more than monthly + addon is refused'
);
select is(
  (select row(r.monthly_deducted, r.addon_deducted)::text
     from credits.reserve_credits(:'profile', gen_random_uuid(), 5500) r),
  '(500,5000)',
  'exactly monthly + addon is taken'
);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), %s)', :'profile', c.cost),
  'PT402', 'insufficient_credits',
  jsonb_build_object('required', c.cost, 'available', 0, 'monthly', 0, 'addon', 0),
  format('%s is refused', c.cost)
)
from (values (1), (9007199254740991)) c (cost);

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 10000)',
         credits_tests.profile(c.monthly, c.addon)),
  'PT402', 'insufficient_credits',
  jsonb_build_object('required', 10000, 'available', c.monthly + c.addon,
                     'monthly', c.monthly, 'addon', c.addon),
  format('%s + %s', c.monthly, c.addon)
)
from (values (500, 5000), (9999, 0), (0, 9999)) c (monthly, addon);

select credits_tests.profile(0, 100) as profile, gen_random_uuid() as job \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, 101)', :'profile', :'job'),
  'PT402', 'insufficient_credits',
  '{"required": 101, "available": 100, "monthly": 0, "addon": 100}', 'a cost that is too high'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, %L, 100)', :'profile', :'job')),
  '{"cost": 100, "replayed": false}', 'leaves the job id free for another cost'
);

select * from finish();
rollback;
