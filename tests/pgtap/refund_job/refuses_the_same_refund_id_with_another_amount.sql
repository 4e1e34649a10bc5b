begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.refund(:'job', 1600, 'part-1') as done \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, %s, %L)', :'job', c.amount, 'part-1'),
  'PT409', 'reference_conflict',
  jsonb_build_object('parameter', 'amount', 'stored', 1600, 'given', c.amount),
  format('%s instead of 1600 is refused', c.amount)
)
from (values (1), (1599), (1601), (9007199254740991)) c (amount);
select credits_tests.refund(:'job') as done \gset
select credits_tests.refuses(
  format('select credits.refund_job(%L, 400, %L)', :'job', 'part-1'),
  'PT409', 'reference_conflict', '{"parameter": "amount", "stored": 1600, "given": 400}',
  'even when the job is refunded by now'
);

select * from finish();
rollback;
