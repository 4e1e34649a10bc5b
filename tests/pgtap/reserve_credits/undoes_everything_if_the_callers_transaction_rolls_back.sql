begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(5, 100) as profile
\gset
select credits_tests.pack(:'profile', 10, '2030-03-01 00:00Z') as pack \gset
select credits_tests.fingerprint() as before \gset

savepoint callers_transaction;
select credits_tests.hold(:'profile', 50, '1 hour') as job \gset
rollback to callers_transaction;

select is(credits_tests.fingerprint(), :'before', 'the hold is gone too');
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, %L, 60)', :'profile', :'job')),
  '{"cost": 60, "replayed": false}', 'and the job id is free again'
);

select * from finish();
rollback;
