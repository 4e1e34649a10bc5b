begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 600) as job \gset
select credits_tests.answer(format('credits.renew_monthly(%L, %L, 500)',
                                   :'profile', '2030-02-01 00:00Z')) as done \gset
select credits_tests.answer(format('credits.settle_job(%L, 700)', :'job')) as done \gset

select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object('period_start', null,
                     'settle_period_start', '2030-02-01 00:00Z'::timestamptz,
                     'monthly_deducted', 600, 'monthly_drawn_at_settle', 100),
  'the first draw has its own'
);

select * from finish();
rollback;
