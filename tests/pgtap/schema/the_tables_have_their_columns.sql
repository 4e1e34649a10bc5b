begin;
\ir ../helpers.psql
select plan(38);

select set_has(
  format($$
    select a.attname::text
      from pg_catalog.pg_attribute a
     where a.attrelid = 'credits.%I'::regclass
       and a.attnum > 0
       and not a.attisdropped
  $$, t.table_name),
  format('select unnest(string_to_array(%L, '' ''))', t.columns),
  format('%s has its columns', t.table_name)
)
from (values
  ('profiles', 'id credits_remaining addon_credits overdraft_limit uncollected seq period_start '
               'next_pack_expiry next_hold_expiry closed_at created_at limited watched early_packs limited '
               'watched'),
  ('jobs', 'id profile_id state reserved_cost monthly_deducted addon_deducted monthly_refunded '
           'addon_refunded raised shortfall reserve_seq hold_expires_at period_start meta_json created_at '
           'finished_at hold_due_at settle_seq settled_late settle_period_start '
           'monthly_drawn_at_settle addon_drawn_at_settle pack_deducted breakdown_source '
           'monthly_held_at_import addon_held_at_import spender'),
  ('ledger', 'profile_id seq ts kind job_id monthly_delta addon_delta monthly_balance '
             'addon_balance reason reference actor'),
  ('addon_grants', 'profile_id seq amount granted_at exclusive kind reference'),
  ('packs', 'profile_id seq amount remaining lapsed expires_at granted_until priority kind '
            'notice_at'),
  ('pack_draws', 'profile_id job_id draw position pack_seq amount returned time_left early'),
  ('raises', 'profile_id job_id draw monthly addon pack early returned seq period_start'),
  ('renewals', 'profile_id period_start allowance rollover_cap unused carried owed seq'),
  ('allowance_changes', 'profile_id seq period_start previous_allowance allowance owed '
                        'collected'),
  ('revocations', 'profile_id source_seq revocation_id requested amount collected lapsed '
                  'opened_seq seq ended_at time_left'),
  ('moves', 'profile_id to_profile_id seq to_seq monthly_rest move_id'),
  ('move_entries', 'profile_id seq to_profile_id to_seq'),
  ('limits', 'profile_id amount spent since_seq window_start resets_at spender window_name '
             'time_zone'),
  ('settings', 'only_row closed_period_refund reference_scope event_kinds low_balance '
               'notice_before event_attempts'),
  ('alerts', 'profile_id low_balance since_seq topup_below topup_amount topup_paused_until '
             'topups_a_month is_default low depleted since_low since_depleted notice_before kinds'),
  ('topups', 'profile_id number seq amount requested_at closed_at grant_seq state reference'),
  ('events', 'profile_id seq occurred_at due_at finished_at set_aside_at attempts kind subject '
             'error payload'),
  ('legacy_profiles', 'profile_id credits_remaining addon_credits jobs entries imported_at'),
  ('legacy_entries', 'profile_id position ts delta stated_addon job_id job_position kind '
                     'split_source entry_id reason')
) t (table_name, columns);

select set_eq(
  format($$
    select a.attname::text
      from pg_catalog.pg_attribute a
     where a.attrelid = 'credits.%I'::regclass
       and a.attnum > 0
       and a.attnotnull
  $$, t.table_name),
  format('select unnest(string_to_array(%L, '' ''))', t.columns),
  format('%s: these are never null', t.table_name)
)
from (values
  ('profiles', 'id credits_remaining addon_credits overdraft_limit uncollected seq created_at '
   'early_packs limited watched'),
  ('jobs', 'id profile_id state reserved_cost monthly_deducted addon_deducted monthly_refunded '
           'addon_refunded raised shortfall reserve_seq settled_late monthly_drawn_at_settle '
           'addon_drawn_at_settle pack_deducted created_at meta_json'),
  ('ledger', 'profile_id seq ts kind monthly_delta addon_delta monthly_balance addon_balance '
             'reason'),
  ('addon_grants', 'profile_id seq amount granted_at exclusive kind reference'),
  ('packs', 'profile_id seq amount remaining lapsed expires_at granted_until priority kind'),
  ('pack_draws', 'profile_id job_id draw position pack_seq amount returned time_left early'),
  ('raises', 'profile_id job_id draw monthly addon pack early returned seq'),
  ('renewals', 'profile_id period_start allowance rollover_cap unused carried owed seq'),
  ('allowance_changes', 'profile_id seq period_start previous_allowance allowance owed '
                        'collected'),
  ('revocations',
   'profile_id source_seq revocation_id amount collected lapsed newer_outstanding seq'),
  ('moves', 'profile_id to_profile_id seq to_seq monthly_rest move_id'),
  ('move_entries', 'profile_id seq to_profile_id to_seq'),
  ('limits', 'profile_id amount spent since_seq spender window_name time_zone'),
  ('settings', 'only_row closed_period_refund reference_scope event_kinds notice_before '
               'event_attempts'),
  ('alerts', 'profile_id since_seq is_default low depleted since_low since_depleted notice_before '
             'kinds'),
  ('topups', 'profile_id number seq amount requested_at state reference'),
  ('events', 'profile_id seq occurred_at due_at attempts kind subject payload'),
  ('legacy_profiles', 'profile_id jobs entries imported_at'),
  ('legacy_entries', 'profile_id position delta kind')
) t (table_name, columns);

select * from finish();
rollback;
