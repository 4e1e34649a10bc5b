begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset
select format('credits.revoke_grant(%L, %L, 200, %L, %L)', :'profile', 'order-1', 'why', 'who')
         as call_200,
       format('credits.revoke_grant(%L, %L, 300, %L, %L)', :'profile', 'order-1', 'why', 'who')
         as call_300
\gset
select credits_tests.answer(:'call_200') as first_200 \gset
select credits_tests.replays(:'call_200', :'first_200', 'the same amount');
select credits_tests.answer(:'call_300') as first_300 \gset
select credits_tests.job(:'profile', 50) as job \gset

select credits_tests.replays(:'call_300', :'first_300', 'after other calls');
select credits_tests.replays(:'call_200', :'first_300', 'a smaller amount has the latest answer');
select credits_tests.replays(
  format('credits.revoke_grant(%L, %L, 300, %L, %L)', :'profile', 'order-1', 'other', 'another'),
  :'first_300', 'reason and actor are not compared'
);

select * from finish();
rollback;
