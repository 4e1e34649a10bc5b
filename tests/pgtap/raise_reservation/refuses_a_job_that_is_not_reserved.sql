begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.job(:'profile', 10) as settled, credits_tests.job(:'profile', 10) as refunded,
       credits_tests.job(:'profile', 10) as rolled_back, credits_tests.job(:'profile', 0) as free,
       credits_tests.hold(:'profile', 10, '1 hour') as expired,
       credits_tests.hold(:'profile', 10, '2 hours') as overdue
\gset
select credits_tests.settle(:'settled'), credits_tests.refund(:'refunded'),
       credits_tests.roll_back(:'rolled_back'), credits_tests.refund(:'free'),
       credits_tests.set_time('2030-01-01 01:00Z')
\gset done_
select credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as swept \gset

select credits_tests.refuses(
  format('select credits.raise_reservation(%L, %s)', c.job, c.cost),
  'PT409', 'wrong_state', jsonb_build_object('state', c.state), c.what
)
from (values
  (:'settled', 20, 'settled', 'a settled one'),
  (:'settled', 10, 'settled', 'also at what it holds: its cost is final'),
  (:'refunded', 20, 'refunded', 'a refunded one'),
  (:'rolled_back', 20, 'rolled_back', 'one that was rolled back'),
  (:'free', 20, 'refunded', 'a free one that was refunded'),
  (:'expired', 20, 'expired', 'one whose hold has expired')
) c (job, cost, state, what);

select credits_tests.set_time('2030-01-01 02:00Z') as deadline \gset
select credits_tests.refuses(
  format('select credits.raise_reservation(%L, 20)', :'overdue'),
  'PT409', 'wrong_state', '{"state": "expired"}', 'at the deadline, even if no sweeper ran'
);

select * from finish();
rollback;
