begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 200) as refunded, credits_tests.job(:'profile', 10) as undone,
       credits_tests.job(:'profile', 0) as free
\gset
select credits_tests.refund(:'refunded'),
       credits_tests.roll_back(:'undone'),
       credits_tests.refund(:'free')
\gset done_

select credits_tests.refuses(
  format('select credits.settle_job(%L, %s)', c.job, coalesce(c.cost, 'null')),
  'PT409', 'wrong_state', jsonb_build_object('state', c.state),
  format('a job that is %s, settled at %s', c.state, coalesce(c.cost, 'null'))
)
from (values (:'refunded', 'refunded', '200'), (:'refunded', 'refunded', null),
             (:'refunded', 'refunded', '0'), (:'undone', 'rolled_back', '10'),
             (:'undone', 'rolled_back', null), (:'free', 'refunded', '0')) c (job, state, cost);

select * from finish();
rollback;
