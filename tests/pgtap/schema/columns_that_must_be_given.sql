begin;
\ir ../helpers.psql
select plan(3);

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
           'addon_refunded shortfall reserve_seq created_at meta_json'),
  ('ledger', 'profile_id seq ts kind monthly_delta addon_delta monthly_balance addon_balance '
             'reason')
) t (table_name, columns);

select * from finish();
rollback;
