begin;
\ir ../helpers.psql
select plan(10);

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
  ('profiles', 'id credits_remaining addon_credits overdraft_limit seq created_at'),
  ('jobs', 'id profile_id state reserved_cost monthly_deducted addon_deducted monthly_refunded '
           'addon_refunded shortfall reserve_seq settled_late monthly_drawn_at_settle '
           'addon_drawn_at_settle pack_deducted created_at meta_json'),
  ('ledger', 'profile_id seq ts kind monthly_delta addon_delta monthly_balance addon_balance '
             'reason'),
  ('packs', 'profile_id seq amount remaining expires_at granted_until priority kind'),
  ('pack_draws', 'profile_id job_id draw position pack_seq amount returned time_left'),
  ('renewals', 'profile_id period_start allowance rollover_cap unused carried seq'),
  ('revocations', 'profile_id grant_seq amount collected seq'),
  ('settings', 'only_row closed_period_refund'),
  ('legacy_profiles', 'profile_id jobs entries imported_at'),
  ('legacy_entries', 'profile_id position delta kind')
) t (table_name, columns);

select * from finish();
rollback;
