begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.revoke(:'profile', 'order-1'),
       credits_tests.reinstate(:'profile', 'order-1')
\gset done_

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, 200, %L, %L)',
                              :'profile', 'order-1', 'refund-1', 'why', 'who')),
  '{"amount": 200, "collected": 200, "new_balance": 500, "replayed": false}',
  'another refund may take the grant back'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
