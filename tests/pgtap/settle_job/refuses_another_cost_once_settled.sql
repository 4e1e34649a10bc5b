begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job, credits_tests.job(:'profile', 100) as refunded
\gset
select credits_tests.settle(:'job', 700),
       credits_tests.settle(:'refunded', 90),
       credits_tests.refund(:'refunded')
\gset done_

select credits_tests.refuses(
  format('select credits.settle_job(%L, %s)', c.job, c.cost),
  'PT409', 'job_conflict', jsonb_build_object('stored', c.stored, 'given', c.cost),
  format('%s instead of %s', c.cost, c.stored)
)
from (values (:'job', 700, 0), (:'job', 700, 699), (:'job', 700, 2000), (:'refunded', 90, 0))
     c (job, stored, cost);

select * from finish();
rollback;
