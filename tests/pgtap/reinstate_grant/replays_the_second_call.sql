begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.revoke_grant(%L, %L, 300, %L, %L)',
                                   :'profile', 'order-1', 'why', 'who'))
\gset done_
select format('credits.reinstate_grant(%L, %L, %L, %L)', :'profile', 'order-1', 'why', 'who')
  as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.job(:'profile', 50) as job \gset

select credits_tests.replays(:'call', :'first', 'after other calls');

select * from finish();
rollback;
