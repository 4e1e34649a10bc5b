begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(100, 0) as profile \gset
select credits_tests.job(:'profile', 10) as a, credits_tests.job(:'profile', 10) as b \gset
select credits_tests.batch('{}', 'job_id', :'a', :'b') as batch \gset

select is(credits_tests.outcomes('refund_job_many', :'batch'), 'done, done',
          'the first time both are refunded');
select is(
  credits_tests.outcomes('refund_job_many', :'batch') || ' ' || credits_tests.buckets(:'profile'),
  'replayed, replayed 100 + 0', 'the second time both are answered again'
);

select * from finish();
rollback;
