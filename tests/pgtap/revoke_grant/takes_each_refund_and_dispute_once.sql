begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset
select format('credits.revoke_grant(%L, %L, %L, 300, %L, %L)', :'profile', 'order-1', 'refund-1',
              'why', 'who') as refund,
       format('credits.revoke_grant(%L, %L, %L, null, %L, %L)', :'profile', 'order-1', 'dispute-1',
              'why', 'who') as dispute
\gset

select credits_tests.answer(:'refund') as first_refund \gset
select credits_tests.shows(
  :'first_refund', '{"requested": 300, "amount": 300, "collected": 300, "new_balance": 400}',
  'a part is refunded'
);
select credits_tests.answer(:'dispute') as first_dispute \gset
select credits_tests.shows(
  :'first_dispute', '{"requested": null, "amount": 400, "collected": 400, "new_balance": 0}',
  'the rest is disputed'
);
select credits_tests.grant_credits(:'profile', 50, 'order-2') as done \gset
select credits_tests.replays(:'refund', :'first_refund', 'the refund is reported again');
select credits_tests.replays(
  format('credits.revoke_grant(%L, %L, %L, null, %L, %L)', :'profile', 'order-1', 'dispute-1',
         'other', 'another'),
  :'first_dispute', 'so is the dispute; reason and actor are not compared'
);
select credits_tests.refuses(
  format('select credits.revoke_grant(%L, %L, %L, %s, %L, %L)',
         :'profile', 'order-1', c.id, coalesce(c.amount::text, 'null'), 'why', 'who'),
  'PT409', 'reference_conflict',
  jsonb_build_object('parameter', 'amount', 'stored', c.stored, 'given', c.amount), c.description
)
from (values ('refund-1', 300, 299, 'the same refund with another amount'),
             ('refund-1', 300, null, 'the same refund without an amount'),
             ('dispute-1', null, 400, 'the same dispute with an amount'))
     c (id, stored, amount, description);
select credits_tests.shows(
  credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L, %L)', :'profile', 'order-1',
                              'dispute-1', 'why', 'who')),
  '{"state": "ended", "amount": 0, "collected": 0, "previous_balance": 50, "new_balance": 450}',
  'only what the dispute took comes back'
);
select is(
  credits_tests.revocations(:'profile'),
  'refund-1 open 300 = 300 + 0 + 0, dispute-1 ended 0 = 0 + 0 + 0', 'the refund stays'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
