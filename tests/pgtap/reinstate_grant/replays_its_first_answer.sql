begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.revoke(:'profile', 'order-1', 300)
\gset done_
select format('credits.reinstate_grant(%L, %L, %L, %L, %L)', :'profile', 'order-1', 'dispute-1', 'why', 'who')
  as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.job(:'profile', 50) as job \gset

select credits_tests.replays(:'call', :'first', 'after other calls');

select * from finish();
rollback;
