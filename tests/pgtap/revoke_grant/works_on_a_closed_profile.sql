begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.close(:'profile')
\gset done_

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, 300, %L, %L)',
                              :'profile', 'order-1', 'dispute-1', 'why', 'who')),
  '{"collected": 300, "new_balance": 400}', 'a chargeback may come late'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L, %L)',
                              :'profile', 'order-1', 'dispute-1', 'why', 'who')),
  '{"collected": 0, "new_balance": 700}', 'and a dispute may be won even later'
);

select * from finish();
rollback;
