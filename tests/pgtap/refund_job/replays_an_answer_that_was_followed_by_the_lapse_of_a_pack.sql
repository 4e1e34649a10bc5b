begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-22 00:00Z') as now,
       credits_tests.profile(0, 10) as profile
\gset
select credits_tests.job(:'profile', 10) as job \gset
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as first \gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack,
       credits_tests.set_time('2030-02-01 00:00Z') as later,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as swept
\gset

select credits_tests.replays(
  format('credits.refund_job(%L)', :'job'), :'first', 'that lapse is not of the job'
);

select * from finish();
rollback;
