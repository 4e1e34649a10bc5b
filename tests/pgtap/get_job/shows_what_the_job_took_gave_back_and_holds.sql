begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job \gset
create function credits_tests.told(job_id uuid)
returns jsonb
language sql
as $$
  select to_jsonb(j) - 'profile_id' - 'job_id' - 'meta_json' from credits.get_job(told.job_id) j
$$;
select is(
  credits_tests.told(:'job'),
  '{"state": "reserved", "reserved_cost": 2000, "settled_cost": null, "shortfall": 0,
    "monthly_deducted": 500, "addon_deducted": 1500, "monthly_refunded": 0, "addon_refunded": 0,
    "outstanding": 2000, "hold_due_at": "2030-01-01T01:00:00+00:00", "settled_late": false,
    "created_at": "2030-01-01T00:00:00+00:00", "finished_at": null, "spender": null}',
  'reserved'
);
select credits_tests.set_time('2030-01-01 02:00Z') as now, credits_tests.settle(:'job', 900) as done
\gset
select is(
  credits_tests.told(:'job'),
  '{"state": "settled", "reserved_cost": 2000, "settled_cost": 900, "shortfall": 0,
    "monthly_deducted": 500, "addon_deducted": 400, "monthly_refunded": 0, "addon_refunded": 0,
    "outstanding": 900, "hold_due_at": null, "settled_late": true,
    "created_at": "2030-01-01T00:00:00+00:00", "finished_at": "2030-01-01T02:00:00+00:00",
    "spender": null}',
  'settled late'
);
select credits_tests.refund(:'job', 100, 'part') as done \gset
select is(
  (select concat_ws(' ', j.state, j.addon_refunded, j.outstanding) from credits.get_job(:'job') j),
  'settled 100 800', 'a part came back'
);
select is(
  (select j.meta_json from credits.get_job(:'job', :'profile') j),
  (select j.meta_json from credits.jobs j where j.id = :'job'), 'with its metadata'
);
select throws_ok(
  format('select credits.get_job(%L, %L)', :'job', credits_tests.profile(0, 0)),
  'PT404', 'job_not_found', 'somebody else''s job is not found'
);

select * from finish();
rollback;
