begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.job(:'profile', 10) as plain,
       credits_tests.settle(credits_tests.hold(:'profile', 10, '1 hour')) as settled,
       credits_tests.hold(:'profile', 10, '1 hour') as refunded,
       credits_tests.hold(:'profile', 10, '1 hour') as undone,
       credits_tests.hold(:'profile', 10, '1 minute') as expired
\gset
select credits_tests.refund(:'refunded'),
       credits_tests.roll_back(:'undone'),
       credits_tests.set_time('2030-01-01 00:30Z') as later,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as swept
\gset

select credits_tests.refuses(
  format('select credits.extend_hold(%L, %L)', c.job, '1 hour'),
  'PT409', 'wrong_state', jsonb_build_object('state', c.state), c.description
)
from (values
  (:'plain', 'reserved', 'a job without a hold'),
  (:'settled', 'settled', 'a settled job'),
  (:'refunded', 'refunded', 'a refunded job'),
  (:'undone', 'rolled_back', 'a job that was rolled back'),
  (:'expired', 'expired', 'an expired hold')
) c (job, state, description);

select * from finish();
rollback;
