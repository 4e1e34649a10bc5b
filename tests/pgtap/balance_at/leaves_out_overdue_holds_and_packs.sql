begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 5, '2030-01-02 00:00Z') as pack,
       credits_tests.hold(:'profile', 10, '1 hour') as job,
       credits_tests.set_time('2030-01-05 00:00Z') as later
\gset
select credits_tests.fingerprint() as before \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.balance_at(%L, %L)', :'profile', '2030-01-05 00:00Z')),
  '{"available": 95, "seq": 3}', 'it reads the ledger only'
);
select is(credits_tests.fingerprint(), :'before', 'and writes nothing');

select * from finish();
rollback;
