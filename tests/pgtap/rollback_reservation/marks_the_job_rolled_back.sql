begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(1000, 2000) as profile \gset
select credits_tests.job(:'profile', 1500) as job \gset
select credits_tests.answer(format('credits.rollback_reservation(%L)', :'job')) as done \gset

select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "rolled_back", "reserved_cost": 1500, "settled_cost": null,
    "monthly_deducted": 1000, "addon_deducted": 500,
    "monthly_refunded": 1000, "addon_refunded": 500, "reserve_seq": 2, "closing_seq": 3}',
  'the job has what went back beside what was taken, and its last ledger row'
);
select ok(
  (select j.finished_at > j.created_at from credits.jobs j where j.id = :'job'),
  'it is finished'
);

select * from finish();
rollback;
