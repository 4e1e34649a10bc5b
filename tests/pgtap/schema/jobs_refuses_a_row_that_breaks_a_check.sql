begin;
\ir ../helpers.psql
select plan(49);

select jsonb_build_object(
  'id', gen_random_uuid(), 'profile_id', credits_tests.profile(500, 5000), 'state', 'reserved',
  'reserved_cost', 2000, 'monthly_deducted', 500, 'addon_deducted', 1500,
  'monthly_refunded', 0, 'addon_refunded', 0, 'shortfall', 0, 'reserve_seq', 1,
  'created_at', now(), 'meta_json', '{}'::jsonb, 'settled_late', false,
  'monthly_drawn_at_settle', 0, 'addon_drawn_at_settle', 0, 'pack_deducted', 0
) as good \gset

select credits_tests.violates(
  'jobs', :'good'::jsonb || c.change, c.broken, format('%s: %s', c.broken, c.change)
)
from (values
  ('jobs_state_known', '{"state": "done", "finished_at": "now"}'::jsonb),
  ('jobs_cost_in_range',
   '{"state": "settled", "finished_at": "now", "reserved_cost": -1, "settled_cost": 2000,
     "settle_seq": 1}'),
  ('jobs_cost_in_range',
   '{"reserved_cost": 9007199254740992, "addon_deducted": 9007199254740492}'),
  ('jobs_cost_in_range',
   '{"state": "settled", "finished_at": "now", "settled_cost": 9007199254740992,
     "settle_seq": 1,
     "addon_deducted": 9007199254740492}'),
  ('jobs_split_adds_up', '{"monthly_deducted": 499}'),
  ('jobs_split_adds_up', '{"addon_deducted": 1501}'),
  ('jobs_split_adds_up', '{"state": "settled", "finished_at": "now", "settled_cost": 1999,
     "settle_seq": 1}'),
  ('jobs_monthly_refunded_within_deducted', '{"monthly_refunded": 501}'),
  ('jobs_monthly_refunded_within_deducted', '{"monthly_refunded": -1}'),
  ('jobs_addon_refunded_within_deducted', '{"addon_refunded": 1501}'),
  ('jobs_addon_refunded_within_deducted', '{"addon_refunded": -1}'),
  ('jobs_shortfall_only_when_settled', '{"shortfall": 1, "addon_deducted": 1499}'),
  ('jobs_shortfall_only_when_settled',
   '{"state": "settled", "finished_at": "now", "settled_cost": 2000,
     "settle_seq": 1, "shortfall": -1,
     "addon_deducted": 1501}'),
  ('jobs_settled_has_settled_cost', '{"state": "settled", "finished_at": "now"}'),
  ('jobs_settled_has_settled_cost', '{"settled_cost": 2000, "settle_seq": 1}'),
  ('jobs_settled_has_settled_cost',
   '{"state": "rolled_back", "finished_at": "now", "closing_seq": 1, "settled_cost": 2000,
     "settle_seq": 1,
     "monthly_refunded": 500, "addon_refunded": 1500}'),
  ('jobs_settled_has_settled_cost',
   '{"state": "expired", "finished_at": "now", "closing_seq": 1, "settled_cost": 2000,
     "settle_seq": 1,
     "monthly_refunded": 500, "addon_refunded": 1500}'),
  ('jobs_ended_gave_everything_back',
   '{"state": "refunded", "finished_at": "now", "closing_seq": 1,
     "monthly_refunded": 499, "addon_refunded": 1500}'),
  ('jobs_ended_gave_everything_back',
   '{"state": "rolled_back", "finished_at": "now", "closing_seq": 1,
     "monthly_refunded": 500, "addon_refunded": 1499}'),
  ('jobs_ended_gave_everything_back',
   '{"state": "expired", "finished_at": "now", "closing_seq": 1}'),
  ('jobs_ended_gave_everything_back', '{"monthly_refunded": 500, "addon_refunded": 1500}'),
  ('jobs_ended_has_closing_seq',
   '{"state": "refunded", "finished_at": "now", "monthly_refunded": 500, "addon_refunded": 1500}'),
  ('jobs_ended_has_closing_seq',
   '{"closing_seq": 1, "reserved_cost": 0, "monthly_deducted": 0, "addon_deducted": 0}'),
  ('jobs_ended_has_closing_seq',
   '{"state": "settled", "finished_at": "now", "settled_cost": 2000,
     "settle_seq": 1, "closing_seq": 1, "monthly_refunded": 500, "addon_refunded": 1500}'),
  ('jobs_finished_unless_reserved', '{"finished_at": "now"}'),
  ('jobs_finished_unless_reserved', '{"state": "settled", "settled_cost": 2000, "settle_seq": 1}'),
  ('jobs_settle_draw_within_deducted', '{"monthly_drawn_at_settle": 501}'),
  ('jobs_settle_draw_within_deducted', '{"monthly_drawn_at_settle": -1}'),
  ('jobs_settle_draw_within_deducted', '{"addon_drawn_at_settle": 1501}'),
  ('jobs_settle_draw_within_deducted', '{"addon_drawn_at_settle": -1}'),
  ('jobs_settle_draw_within_deducted', '{"pack_deducted": -1}'),
  ('jobs_hold_only_while_reserved', '{"hold_due_at": "now"}'),
  ('jobs_hold_only_while_reserved',
   '{"state": "settled", "finished_at": "now", "settled_cost": 2000, "settle_seq": 1,
     "hold_expires_at": "now", "hold_due_at": "now"}'),
  ('jobs_hold_only_while_reserved',
   '{"state": "expired", "finished_at": "now", "closing_seq": 1, "monthly_refunded": 500,
     "addon_refunded": 1500, "hold_expires_at": "now", "hold_due_at": "now"}'),
  ('jobs_settled_has_settle_seq',
   '{"state": "settled", "finished_at": "now", "settled_cost": 2000}'),
  ('jobs_settled_has_settle_seq', '{"settle_seq": 1}'),
  ('jobs_imported_says_what_it_held', '{"breakdown_source": "ledger"}'),
  ('jobs_imported_says_what_it_held',
   '{"breakdown_source": "ledger", "monthly_held_at_import": 500}'),
  ('jobs_imported_says_what_it_held',
   '{"breakdown_source": "ledger", "addon_held_at_import": 1500}'),
  ('jobs_imported_says_what_it_held',
   '{"breakdown_source": "ledger", "monthly_held_at_import": -1, "addon_held_at_import": 0}'),
  ('jobs_imported_says_what_it_held',
   '{"breakdown_source": "ledger", "monthly_held_at_import": 0, "addon_held_at_import": -1}'),
  ('jobs_imported_says_what_it_held', '{"monthly_held_at_import": 0}'),
  ('jobs_imported_says_what_it_held', '{"addon_held_at_import": 0}'),
  ('jobs_imported_says_what_it_held',
   '{"breakdown_source": "recorded", "monthly_held_at_import": 0, "addon_held_at_import": 0}'),
  ('jobs_imported_says_what_it_held',
   '{"breakdown_source": "", "monthly_held_at_import": 0, "addon_held_at_import": 0}'),
  ('jobs_meta_json_is_object', '{"meta_json": []}'),
  ('jobs_meta_json_is_object', '{"meta_json": "text"}'),
  ('jobs_meta_json_is_object', '{"meta_json": 5}')
) c (broken, change);
select set_eq(
  $$
    select c.conname::text
      from pg_catalog.pg_constraint c
     where c.conrelid = 'credits.jobs'::regclass
       and c.contype = 'c'
  $$,
  array['jobs_state_known', 'jobs_cost_in_range', 'jobs_split_adds_up',
        'jobs_monthly_refunded_within_deducted', 'jobs_addon_refunded_within_deducted',
        'jobs_shortfall_only_when_settled', 'jobs_settled_has_settled_cost',
        'jobs_ended_gave_everything_back', 'jobs_ended_has_closing_seq',
        'jobs_finished_unless_reserved', 'jobs_meta_json_is_object',
        'jobs_settle_draw_within_deducted', 'jobs_hold_only_while_reserved',
        'jobs_settled_has_settle_seq', 'jobs_imported_says_what_it_held'],
  'these are all of its checks'
);

select * from finish();
rollback;
