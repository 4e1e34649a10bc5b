begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.get_balance(%L)', :'profile') as call \gset
select credits_tests.fingerprint() as before \gset
select credits_tests.answer(:'call') as first \gset

select is(credits_tests.answer(:'call'), :'first', 'the second call answers the same');
select is(credits_tests.fingerprint(), :'before', 'nothing was written');

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-01 02:00Z') as pack,
       credits_tests.hold(:'profile', 300, '1 hour') as job
\gset
select credits_tests.fingerprint() as before \gset
select credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as balance \gset

select is(credits_tests.fingerprint(), :'before', 'deadlines in the future change nothing');

select * from finish();
rollback;
