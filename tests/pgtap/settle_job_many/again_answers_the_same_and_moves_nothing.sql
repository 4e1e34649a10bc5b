begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(100, 0) as profile \gset
select credits_tests.job(:'profile', 10) as a, credits_tests.job(:'profile', 10) as b \gset
select credits_tests.batch('{"actual_cost": 4}', 'job_id', :'a', :'b') as batch \gset

select is(credits_tests.outcomes('settle_job_many', :'batch'), 'done, done',
          'the first time both are settled');
select is(
  credits_tests.outcomes('settle_job_many', :'batch' || jsonb '[]'
    || credits_tests.batch('{"actual_cost": 5}', 'job_id', :'a')) || ' '
    || credits_tests.buckets(:'profile'),
  'replayed, replayed, job_conflict 92 + 0', 'the second time both are answered again'
);

select * from finish();
rollback;
