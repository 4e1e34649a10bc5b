begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(
         format('credits.reserve_credits(%L, %L, 2000, %L)', :'profile', :'job', '{"file": "a"}')),
       credits_tests.answer(format('credits.refund_job(%L, 1999, %L)', :'job', 'part-1')) as done
\gset

select credits_tests.shows(
  :'done',
  '{"state": "reserved", "amount": 1999, "monthly_refunded": 499, "addon_refunded": 1500}',
  'the answer says reserved'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "reserved", "closing_seq": null, "finished_at": null,
    "monthly_deducted": 500, "addon_deducted": 1500,
    "monthly_refunded": 499, "addon_refunded": 1500,
    "meta_json": {"file": "a", "credit_cost": 2000, "credits_deducted": true,
                  "monthly_deducted": 500, "addon_deducted": 1500, "credits_refunded": true,
                  "monthly_refunded": 499, "addon_refunded": 1500}}',
  'the job is as it was, but for what went back'
);

-- A settled job.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.settle(credits_tests.job(:'profile', 2000)) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 1999, %L)', :'job', 'part-1')),
  '{"state": "settled", "monthly_refunded": 499, "addon_refunded": 1500}',
  'one credit is out'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 1, %L)', :'job', 'part-2')),
  '{"state": "refunded", "monthly_refunded": 1, "addon_refunded": 0}',
  'then none'
);

select * from finish();
rollback;
