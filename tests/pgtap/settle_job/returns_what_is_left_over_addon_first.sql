begin;
\ir ../helpers.psql
select plan(12);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select is(
  credits_tests.answer(format('credits.settle_job(%L, 700)', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'settled_cost', 700,
    'monthly_deducted', 500, 'addon_deducted', 200, 'shortfall', 0,
    'monthly_refunded', 0, 'addon_refunded', 1300, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'late', false, 'previous_balance', 3500, 'new_balance', 4800, 'seq', 3, 'replayed', false
  ),
  'addon comes back before monthly'
);
select is(credits_tests.buckets(:'profile'), '0 + 4800', 'the addon bucket has the rest');
select credits_tests.sound(:'profile');

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, %s)',
                              credits_tests.job(credits_tests.profile(500, 5000), 2000), c.cost)),
  jsonb_build_object('monthly_deducted', c.monthly, 'addon_deducted', c.addon,
                     'monthly_refunded', 500 - c.monthly, 'addon_refunded', 1500 - c.addon,
                     'shortfall', 0),
  format('2000 settled at %s', c.cost)
)
from (values (1999, 500, 1499), (501, 500, 1), (500, 500, 0), (499, 499, 0), (1, 1, 0), (0, 0, 0))
     c (cost, monthly, addon);

-- At zero.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 0)', :'job')),
  '{"settled_cost": 0, "monthly_refunded": 500, "addon_refunded": 1500, "new_balance": 5500}',
  'everything comes back'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "settled", "settled_cost": 0, "monthly_deducted": 0, "addon_deducted": 0,
    "closing_seq": null}',
  'a job that cost nothing is settled, not refunded'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
