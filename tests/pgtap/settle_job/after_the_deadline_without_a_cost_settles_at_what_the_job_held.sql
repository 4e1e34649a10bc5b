begin;
\ir ../helpers.psql
select plan(14);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 1000) as profile
\gset
select credits_tests.hold(:'profile', 800, '1 hour') as job,
       credits_tests.hold(:'profile', 100, '50 minutes') as part,
       credits_tests.hold(:'profile', 0, '1 hour') as free
\gset
select credits_tests.refund(:'part', 30, 'part-1') as done \gset
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset
select format('credits.settle_job(%L)', :'job') as call \gset

select credits_tests.answer(:'call') as first \gset
select credits_tests.shows(
  :'first',
  '{"settled_cost": 800, "monthly_deducted": 500, "addon_deducted": 300, "shortfall": 0,
    "late": true, "previous_balance": 1500, "new_balance": 700}',
  'a job of a fixed cost is not free because it was slow'
);
select credits_tests.replays(:'call', :'first', 'the same call again is a replay');
select credits_tests.replays(
  format('credits.settle_job(%L, 800)', :'job'), :'first', 'and so is the cost that it held'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', :'part')),
  '{"settled_cost": 70, "addon_deducted": 70, "late": true, "new_balance": 630}',
  'what was refunded before the deadline is not charged'
);
-- closing_seq of a free job is a row of somebody else's.
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', :'free')),
  '{"settled_cost": 0, "monthly_deducted": 0, "addon_deducted": 0, "late": true,
    "new_balance": 630}',
  'a free job stays free'
);
select is(
  credits_tests.history(:'profile', 4),
  'expire +0 +70, expire +500 +300, settle -500 -300, settle +0 -70',
  'each was drawn anew, after the holds had expired'
);
select credits_tests.sound(:'profile');

-- Too few credits: overage decides, as for any late settlement.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.hold(:'profile', 800, '1 hour') as job \gset
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset
select credits_tests.job(:'profile', 900) as another \gset

select credits_tests.refuses(
  format('select credits.settle_job(%L, overage => %L)', :'job', 'reject'),
  'PT402', 'insufficient_credits',
  '{"required": 800, "available": 100, "monthly": 0, "addon": 100}',
  'the whole cost is required'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', :'job')),
  '{"settled_cost": 800, "addon_deducted": 100, "shortfall": 700, "late": true}',
  'or capped, by default'
);
select credits_tests.sound(:'profile');

-- What lapsed when the hold gave it back is charged all the same.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 50) as profile
\gset
select credits_tests.pack(:'profile', 100, '2030-01-01 00:30Z', 'promo') as pack,
       credits_tests.hold(:'profile', 120, '1 hour') as job
\gset
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', :'job')),
  '{"settled_cost": 120, "addon_deducted": 50, "shortfall": 70, "late": true}',
  'the cost is what the job held, not what came back to be spent'
);
select credits_tests.sound(:'profile');

-- A second call in between: the row of the expiry is not the newest any more.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.hold(:'profile', 300, '1 hour') as job \gset
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset
select credits_tests.grant_credits(:'profile', 40, 'order-1') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', :'job')),
  '{"settled_cost": 300, "addon_deducted": 300, "late": true, "new_balance": 740}',
  'at any later time'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
