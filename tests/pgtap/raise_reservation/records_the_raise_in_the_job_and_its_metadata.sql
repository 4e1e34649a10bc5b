begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(format('credits.reserve_credits(%L, %L, 300, %L)',
                                   :'profile', :'job', '{"file": "rows.csv"}')),
       credits_tests.raise_job(:'job', 400),
       credits_tests.raise_job(:'job', 900)
\gset done_

select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"file": "rows.csv", "credit_cost": 900, "credits_deducted": true, "monthly_deducted": 500,
    "addon_deducted": 400}',
  'the published figures are those of all draws'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "reserved", "reserved_cost": 900, "raised": 600, "settled_cost": null,
    "monthly_deducted": 500, "addon_deducted": 400, "reserve_seq": 2, "settle_seq": null,
    "closing_seq": null, "finished_at": null}',
  'and so are its columns, which tell what came with raises'
);
select results_eq(
  format('select r.draw, r.monthly, r.addon, r.pack, r.returned, r.seq, r.period_start
            from credits.raises r where r.job_id = %L', :'job'),
  'values (2, 200::bigint, 400::bigint, 0::bigint, 0::bigint, 4::bigint, null::timestamptz)',
  'a raise of the same month becomes a part of the one before'
);

select * from finish();
rollback;
