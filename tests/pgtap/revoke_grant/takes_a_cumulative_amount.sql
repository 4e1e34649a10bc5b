begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %s, %L, %L)',
                              :'profile', 'order-1', c.amount, 'why', 'who')),
  jsonb_build_object('amount', c.amount, 'collected', c.amount, 'uncollected', 0,
                     'new_balance', 700 - c.amount, 'replayed', false),
  format('%s in all', c.amount)
)
from (values (1), (300), (700)) c (amount);
select is(
  credits_tests.history(:'profile', 2), 'revoke +0 -1, revoke +0 -299, revoke +0 -400',
  'the ledger has the differences'
);
select credits_tests.sound(:'profile');

-- After a reinstatement.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.revoke(:'profile', 'order-1', 300),
       credits_tests.reinstate(:'profile', 'order-1')
\gset done_

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, 200, %L, %L)',
                              :'profile', 'order-1', 'why', 'who')),
  '{"amount": 200, "collected": 200, "new_balance": 500, "seq": 5, "replayed": false}',
  'it counts from 0 again'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
