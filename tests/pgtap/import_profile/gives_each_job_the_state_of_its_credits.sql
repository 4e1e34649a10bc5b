begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.imported(
         300, 0,
         array[credits_tests.old_job('A', 100), credits_tests.old_job('B', 50, false),
               credits_tests.old_job('C', 200, false), credits_tests.old_job('D', 0),
               row(credits_tests.old_id('E'), 'done',
                   '{"credit_cost": 70, "credits_deducted": false}', null)::credits.legacy_job],
         credits_tests.old_ledger('+500 signup', '-100 job create: @A', '-50 job create: @B',
                                  '-200 job create: @C', '+50 job refund: @B',
                                  '+100 job refund: @C'),
         '{partial_refund}') as profile
\gset

select credits_tests.shows(
  credits_tests.job_row(credits_tests.old_id(c.name))
    || (select jsonb_build_object('created_at', j.created_at at time zone 'UTC',
                                  'finished_at', j.finished_at at time zone 'UTC')
          from credits.jobs j where j.id = credits_tests.old_id(c.name)),
  jsonb_build_object('profile_id', :'profile', 'reserve_seq', 1, 'period_start', null) || c.shown,
  c.description
)
from (values
  ('A', '{"state": "reserved", "reserved_cost": 100, "monthly_refunded": 0, "closing_seq": null,
          "monthly_held_at_import": 100, "addon_held_at_import": 0,
          "created_at": "2025-01-01T00:00:00", "finished_at": null}'::jsonb,
   'credits that are out can still come back'),
  ('B', '{"state": "refunded", "reserved_cost": 50, "monthly_refunded": 50, "closing_seq": 1,
          "monthly_held_at_import": 0, "addon_held_at_import": 0,
          "finished_at": "2025-01-01T05:00:00"}',
   'a refunded job ended at the time of its refund'),
  ('C', '{"state": "reserved", "reserved_cost": 200, "monthly_refunded": 100, "closing_seq": null,
          "monthly_held_at_import": 100, "finished_at": null}',
   'a partly refunded job has not ended'),
  ('D', '{"state": "reserved", "reserved_cost": 0, "closing_seq": null, "finished_at": null,
          "monthly_held_at_import": 0, "addon_held_at_import": 0}',
   'a free job holds nothing'),
  ('E', '{"state": "reserved", "reserved_cost": 0, "created_at": "2030-01-01T00:00:00"}',
   'nor does a job that was never deducted; one without a time is of now')
) c (name, shown, description);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
