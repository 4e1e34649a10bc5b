begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1'))
  as done
\gset

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

select * from finish();
rollback;
