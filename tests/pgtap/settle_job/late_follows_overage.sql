begin;
\ir ../helpers.psql
select plan(4);

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
  :'first', '{"addon_deducted": 100, "shortfall": 700, "late": true}', 'or capped'
);
select credits_tests.replays(format('credits.settle_job(%L, 800)', :'job'), :'first', 'once');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
