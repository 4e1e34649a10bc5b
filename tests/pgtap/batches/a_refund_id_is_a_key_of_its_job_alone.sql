begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(100, 0) as profile, credits_tests.profile(0, 0) as packed \gset
select credits_tests.pack(:'packed', 100, credits._now() + interval '1 day') as pack \gset
select credits_tests.job(:'profile', 10) as a, credits_tests.job(:'profile', 10) as b,
       credits_tests.job(:'packed', 10) as c
\gset

select is(
  credits_tests.outcomes(
    'refund_job_many',
    credits_tests.batch('{"refund_id": "part", "amount": 4}', 'job_id', :'a', :'b', :'a', :'c', :'b')),
  'done, done, replayed, done, replayed', 'the same one for three jobs, of two profiles'
);
select is(credits_tests.buckets(:'profile') || ', ' || credits_tests.buckets(:'packed'),
          '88 + 0, 0 + 94', 'each got its part back once');
select credits_tests.sound(:'profile');

-- Two parts of a job that drew from a pack.
select is(
  credits_tests.outcomes(
    'refund_job_many',
    credits_tests.batch(
      jsonb_build_object('job_id', :'c', 'amount', 2), 'refund_id', 'second', 'third')),
  'done, done', 'two more parts of one job'
);
select credits_tests.sound(:'packed');

select * from finish();
rollback;
