begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job \gset
select credits_tests.refund(:'job', 1600, 'part-1') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.extend_hold(%L, %L)', :'job', '3 hours')),
  '{"cost": 2000, "monthly_deducted": 500, "addon_deducted": 1500, "new_balance": 5100, "seq": 3}',
  'the split as it was first answered'
);

select * from finish();
rollback;
