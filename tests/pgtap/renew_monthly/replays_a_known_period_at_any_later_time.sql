begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.renew_monthly(%L, %L, 800, 300)', :'profile', '2030-02-01 00:00Z') as call,
       format('credits.renew_monthly(%L, %L, 900, 100)', :'profile', '2030-03-01 00:00Z') as march
\gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'at once');
select credits_tests.job(:'profile', 50) as job,
       credits_tests.answer(:'march') as first_march
\gset
select credits_tests.replays(:'call', :'first', 'when the next period has begun: a late webhook');
select credits_tests.replays(:'march', :'first_march', 'the next one too');
select is(
  credits_tests.history(:'profile'), 'renew +600 +0, reserve -50 +0, renew -50 +0', 'the ledger'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
