begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.revoke(:'profile', 'order-1', 300, 'refund-1')
\gset done_

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, %s, %L, %L)',
                              :'profile', 'order-1', c.id, c.amount, 'why', 'who')),
  jsonb_build_object('requested', c.amount, 'amount', c.left_of_it, 'collected', c.left_of_it),
  format('%s of %s', c.left_of_it, c.amount)
)
from (values ('refund-2', 9007199254740991, 400), ('refund-3', 1, 0)) c (id, amount, left_of_it);
select is(
  credits_tests.history(:'profile', 2), 'revoke +0 -300, revoke +0 -400, revoke +0 +0',
  'each is in the ledger'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
