begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 0) as job \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, 1)', :'profile', :'job'),
  'PT409', 'job_conflict', '{}',
  'a job that was free stays free'
);

select * from finish();
rollback;
