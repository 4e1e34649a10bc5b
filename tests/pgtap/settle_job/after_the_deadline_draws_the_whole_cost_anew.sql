begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job \gset
select credits_tests.set_time('2030-01-01 02:00Z') as later \gset

select is(
  credits_tests.answer(format('credits.settle_job(%L, 1800)', :'job')),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'settled_cost', 1800,
    'monthly_deducted', 500, 'addon_deducted', 1300, 'shortfall', 0,
    'monthly_refunded', 0, 'addon_refunded', 0, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'late', true, 'previous_balance', 5500, 'new_balance', 3700, 'seq', 4, 'replayed', false
  ),
  'the whole cost is drawn'
);
select is(
  credits_tests.history(:'profile'),
  'reserve -500 -1500, expire +500 +1500, settle -500 -1300',
  'the hold expired first'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "settled", "settled_late": true, "closing_seq": null, "settle_seq": 4,
    "monthly_drawn_at_settle": 500, "addon_drawn_at_settle": 1300, "monthly_refunded": 0,
    "addon_refunded": 0, "meta_json": {"credit_cost": 1800, "credits_deducted": true,
    "monthly_deducted": 500, "addon_deducted": 1300}}',
  'the second draw is all that counts'
);
select credits_tests.sound(:'profile');

-- More than there is.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.hold(:'profile', 800, '1 hour') as job \gset
select credits_tests.set_time('2030-01-01 01:00Z') as later \gset
select credits_tests.job(:'profile', 900) as another \gset

select credits_tests.refuses(
  format('select credits.settle_job(%L, 800, %L)', :'job', 'reject'),
  'PT402', 'insufficient_credits',
  '{"required": 800, "available": 100, "monthly": 0, "addon": 100}',
  'the whole cost is required'
);
select credits_tests.answer(format('credits.settle_job(%L, 800)', :'job')) as first \gset
select credits_tests.shows(
  :'first', '{"addon_deducted": 100, "shortfall": 700, "late": true}', 'or capped, by default'
);
select credits_tests.replays(
  format('credits.settle_job(%L, 800)', :'job'), :'first', 'a replay answers the same'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
