begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
  1700, 3500, array[credits_tests.old_job('A', 2000, false)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '+1700 job refund: @A'),
  '{partial_refund}'
) as profile \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, 301, %L)', credits_tests.old_id('A'), 'part-1'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 301, "refundable": 300}',
  'what came back before does not come back again'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', credits_tests.old_id('A'))),
  '{"amount": 300, "monthly_refunded": 300, "addon_refunded": 0, "state": "refunded"}',
  'addon came back already, wherever it went'
);
select credits_tests.shows(
  credits_tests.job_row(credits_tests.old_id('A')) -> 'meta_json',
  '{"monthly_refunded": 500, "addon_refunded": 1500, "credits_refunded": true}',
  'the job counts both'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
