begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.revoke_grant(%L, %L, 300, %L, %L)',
                                   :'profile', 'order-1', 'why', 'who')),
       credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L)',
                                   :'profile', 'order-1', 'why', 'who'))
\gset done_

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, 200, %L, %L)',
                              :'profile', 'order-1', 'why', 'who')),
  '{"amount": 200, "collected": 200, "new_balance": 500, "seq": 5, "replayed": false}',
  'from 0'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
