begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.hold(:'profile', 400, '1 hour') as other,
       credits_tests.hold(:'profile', 500, '1 hour') as job
\gset
select credits_tests.job_row(:'other') as other_before \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 900)', :'job')),
  '{"addon_deducted": 600, "shortfall": 300, "new_balance": 0}',
  'the extra draw sees the free balance only'
);
select is(credits_tests.job_row(:'other'), :'other_before'::jsonb, 'the other hold is as it was');
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"held": 400, "available": 0, "posted": 400}',
  'and still held'
);

select * from finish();
rollback;
