begin;
\ir ../helpers.psql
select plan(6);

-- Opened, won, and reported as opened once more.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset
select format('credits.revoke_grant(%L, %L, %L, 700, %L, %L)', :'profile', 'order-1', 'dispute-1',
              'why', 'who') as call \gset
select credits_tests.answer(:'call') ->> 'collected' as collected,
       credits_tests.reinstate(:'profile', 'order-1') as done
\gset
select credits_tests.shows(
  credits_tests.answer(:'call'),
  '{"state": "ended", "amount": 0, "collected": 0, "new_balance": 700, "seq": 4,
    "replayed": true}',
  'the late report takes nothing'
);
select is(credits_tests.buckets(:'profile'), '0 + 700', 'the credits stay');
select credits_tests.refuses(
  format('select credits.revoke_grant(%L, %L, %L, 600, %L, %L)', :'profile', 'order-1',
         'dispute-1', 'why', 'who'),
  'PT409', 'reference_conflict', '{"parameter": "amount", "stored": 700, "given": 600}',
  'another amount is still a conflict'
);

-- Won before it was opened.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.reinstate(:'profile', 'order-1')
\gset done_
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, %s, %L, %L)', :'profile', 'order-1',
                              'dispute-1', c.amount, 'why', 'who')),
  '{"state": "ended", "requested": null, "amount": 0, "new_balance": 700, "seq": 3,
    "replayed": true}',
  c.description
)
from (values ('600', 'opened too late'), ('null', 'whatever the amount')) c (amount, description);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
