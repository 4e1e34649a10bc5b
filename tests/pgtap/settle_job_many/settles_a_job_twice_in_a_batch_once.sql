begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(100, 0) as profile \gset
select credits_tests.job(:'profile', 10) as a, credits_tests.job(:'profile', 10) as b \gset

select is(
  credits_tests.outcomes('settle_job_many',
    credits_tests.batch('{"actual_cost": 4}', 'job_id', :'b', :'a', :'a', :'b')),
  'done, done, replayed, replayed', 'the second is a replay of the first'
);
select is(credits_tests.buckets(:'profile'), '92 + 0', 'what was left over came back once');

select * from finish();
rollback;
