begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select format('credits.close_profile(%L, %L, %L)', :'profile', 'why', 'who') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'at once');
select credits_tests.refund(:'job') as done \gset
select credits_tests.replays(:'call', :'first', 'after a refund');
select credits_tests.replays(
  format('credits.close_profile(%L, %L, %L)', :'profile', 'other', 'another'), :'first',
  'reason and actor are not compared'
);

select * from finish();
rollback;
