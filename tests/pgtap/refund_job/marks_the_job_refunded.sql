begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as done \gset

select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "refunded", "reserved_cost": 2000, "settled_cost": null,
    "monthly_deducted": 500, "addon_deducted": 1500,
    "monthly_refunded": 500, "addon_refunded": 1500, "reserve_seq": 2, "closing_seq": 3}',
  'the job has what went back beside what was taken, and its last ledger row'
);
select ok(
  (select j.finished_at > j.created_at from credits.jobs j where j.id = :'job'),
  'it is finished'
);

select * from finish();
rollback;
