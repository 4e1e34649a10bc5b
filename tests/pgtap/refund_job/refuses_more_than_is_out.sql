begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, %s, %L)', :'job', c.amount, 'part-1'),
  'PT409', 'refund_exceeds_deduction',
  jsonb_build_object('amount', c.amount, 'refundable', 2000),
  format('%s of 2000 is refused', c.amount)
)
from (values (2001), (9007199254740991)) c (amount);
select credits_tests.answer(format('credits.refund_job(%L, 1600, %L)', :'job', 'part-1')) as done
\gset
select credits_tests.refuses(
  format('select credits.refund_job(%L, 401, %L)', :'job', 'part-2'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 401, "refundable": 400}',
  '401 is refused when 1600 of 2000 are back'
);

select * from finish();
rollback;
