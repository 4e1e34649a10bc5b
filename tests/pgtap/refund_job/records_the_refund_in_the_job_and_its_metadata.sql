begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.refund(:'job') as done \gset

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

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(
         format('credits.reserve_credits(%L, %L, 2000, %L)', :'profile', :'job',
                '{"file": "rows.csv", "tags": ["a", {"b": null}]}')),
       credits_tests.refund(:'job') as done
\gset

select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"file": "rows.csv", "tags": ["a", {"b": null}],
    "credit_cost": 2000, "credits_deducted": true,
    "monthly_deducted": 500, "addon_deducted": 1500,
    "credits_refunded": true, "monthly_refunded": 500, "addon_refunded": 1500}',
  'three new keys, beside the four of the reservation and those of the caller'
);

select * from finish();
rollback;
