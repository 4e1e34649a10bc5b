begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, %s, %L)', :'job', c.amount, 'part-1'),
  'PT409', 'refund_exceeds_deduction',
  jsonb_build_object('amount', c.amount, 'refundable', 2000),
  format('%s of 2000 is refused', c.amount)
)
from (values (2001), (9007199254740991)) c (amount);
select credits_tests.refund(:'job', 1600, 'part-1') as done \gset
select credits_tests.refuses(
  format('select credits.refund_job(%L, 401, %L)', :'job', 'part-2'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 401, "refundable": 400}',
  '401 is refused when 1600 of 2000 are back'
);

select credits_tests.profile(500, 9500) as profile \gset
select credits_tests.job(:'profile', 0) as free,
       credits_tests.job(:'profile', 1000) as refunded,
       credits_tests.job(:'profile', 1000) as rolled_back,
       credits_tests.job(:'profile', 1000) as in_parts,
       credits_tests.expire(credits_tests.job(:'profile', 1000)) as expired
\gset
select credits_tests.refund(:'refunded'),
       credits_tests.roll_back(:'rolled_back'),
       credits_tests.refund(:'in_parts', 1000, 'all')
\gset done_

select credits_tests.refuses(
  format('select credits.refund_job(%L, 1, %L)', c.job, 'part-1'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 1, "refundable": 0}',
  c.description
)
from (values
  (:'free', 'a free job'),
  (:'refunded', 'a refunded job'),
  (:'rolled_back', 'a job that was rolled back'),
  (:'in_parts', 'a job refunded in parts'),
  (:'expired', 'an expired job')
) c (job, description);

select * from finish();
rollback;
