begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 9500) as profile \gset
select credits_tests.job(:'profile', 0) as free,
       credits_tests.job(:'profile', 1000) as refunded,
       credits_tests.job(:'profile', 1000) as rolled_back,
       credits_tests.job(:'profile', 1000) as in_parts,
       credits_tests.expire(credits_tests.job(:'profile', 1000)) as expired
\gset
select credits_tests.answer(format('credits.refund_job(%L)', :'refunded')),
       credits_tests.answer(format('credits.rollback_reservation(%L)', :'rolled_back')),
       credits_tests.answer(format('credits.refund_job(%L, 1000, %L)', :'in_parts', 'all'))
\gset done_

select credits_tests.refuses(
  format('select credits.refund_job(%L, 1, %L)', c.job, 'part-1'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 1, "refundable": 0}',
  c.description
)
from (values
  (:'free', 'a free job'),
  (:'refunded', 'a refunded job'),
  (:'rolled_back', 'a rolled back job'),
  (:'in_parts', 'a job refunded in parts'),
  (:'expired', 'an expired job')
) c (job, description);

select * from finish();
rollback;
