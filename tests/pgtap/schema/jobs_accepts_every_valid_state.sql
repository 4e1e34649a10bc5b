begin;
\ir ../helpers.psql
select plan(17);

select jsonb_build_object(
  'profile_id', credits_tests.profile(500, 5000), 'state', 'reserved',
  'reserved_cost', 2000, 'monthly_deducted', 500, 'addon_deducted', 1500,
  'monthly_refunded', 0, 'addon_refunded', 0, 'shortfall', 0, 'reserve_seq', 1,
  'created_at', now(), 'meta_json', '{}'::jsonb, 'settled_late', false,
  'monthly_drawn_at_settle', 0, 'addon_drawn_at_settle', 0, 'pack_deducted', 0,
  'raised', 0
) as good \gset

select lives_ok(
  format('insert into credits.jobs select * from jsonb_populate_record(null::credits.jobs, %L)',
         :'good'::jsonb || jsonb_build_object('id', gen_random_uuid()) || c.change),
  c.description
)
from (values
  ('{}'::jsonb, 'a reserved job'),
  ('{"hold_expires_at": "now", "hold_due_at": "now"}', 'a hold'),
  ('{"monthly_refunded": 499, "addon_refunded": 1500}', 'a reserved job refunded in part'),
  ('{"reserved_cost": 0, "monthly_deducted": 0, "addon_deducted": 0}', 'a free job'),
  ('{"raised": 1200}', 'a raised job'),
  ('{"raised": 2000, "monthly_refunded": 499, "addon_refunded": 1500}',
   'a free job that was raised and refunded in part'),
  ('{"raised": 900, "state": "settled", "finished_at": "now", "settled_cost": 2000,
     "settle_seq": 2}', 'a raised job that was settled'),
  ('{"state": "settled", "finished_at": "now", "settled_cost": 700,
     "settle_seq": 2,
     "monthly_deducted": 500, "addon_deducted": 200}', 'a job settled for less'),
  ('{"state": "settled", "finished_at": "now", "settled_cost": 2000, "settle_seq": 2,
     "hold_expires_at": "now"}', 'a hold that was settled'),
  ('{"state": "settled", "finished_at": "now", "settled_cost": 2500, "shortfall": 300,
     "settle_seq": 2, "addon_drawn_at_settle": 200,
     "addon_deducted": 1700}', 'a job settled for more than was there'),
  ('{"state": "refunded", "finished_at": "now", "settled_cost": 2000, "closing_seq": 2,
     "settle_seq": 1,
     "monthly_refunded": 500, "addon_refunded": 1500}', 'a settled job that was refunded'),
  ('{"state": "rolled_back", "finished_at": "now", "closing_seq": 1,
     "monthly_refunded": 500, "addon_refunded": 1500}', 'a rolled back job'),
  ('{"state": "expired", "finished_at": "now", "closing_seq": 1, "hold_expires_at": "now",
     "monthly_refunded": 500, "addon_refunded": 1500}', 'an expired job'),
  ('{"breakdown_source": "ledger", "monthly_held_at_import": 500, "addon_held_at_import": 1500}',
   'an imported job'),
  ('{"breakdown_source": "job_meta", "monthly_held_at_import": 0, "addon_held_at_import": 0,
     "state": "refunded", "finished_at": "now", "closing_seq": 1,
     "monthly_refunded": 500, "addon_refunded": 1500}', 'an imported job that was refunded before'),
  ('{"breakdown_source": "assumed_monthly", "monthly_held_at_import": 2000,
     "addon_held_at_import": 0, "monthly_deducted": 2000, "addon_deducted": 0}',
   'an imported job of which nothing is known'),
  ('{"breakdown_source": "ledger", "monthly_held_at_import": 500, "addon_held_at_import": 1500,
     "state": "settled", "finished_at": "now", "settled_cost": 300, "settle_seq": 2,
     "monthly_deducted": 300, "addon_deducted": 0}', 'an imported job that has settled since')
) c (change, description);

select * from finish();
rollback;
