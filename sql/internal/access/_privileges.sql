-- _privileges: who may do what, the one list: grants.sql gives it, and `pgcredits status` runs this
-- query to compare it with the catalog. Nobody may write a table, and functions are granted by
-- name. credits_app: services that charge for work; credits_admin: services and people that create
-- credits; credits_reader: reports, support, checks. A group that may read a table sees its every
-- row, by a policy.
-- kind: schema (they may use it), function (call it), table or view (read it). required: false is
-- what an administrator may grant, and a migration leaves.

create or replace function credits._privileges()
returns table (kind text, name text, grantee text, required boolean)
language sql stable
as $$
  with listed (kind, name, groups) as (values
    ('schema', 'credits', '{app, admin, reader}'),
    ('function', 'open_profile', '{admin}'),
    ('function', 'grant_addon', '{admin}'),
    ('function', 'renew_monthly', '{admin}'),
    ('function', 'revoke_grant', '{admin}'),
    ('function', 'reinstate_grant', '{admin}'),
    ('function', 'revoke_renewal', '{admin}'),
    ('function', 'reinstate_renewal', '{admin}'),
    ('function', 'adjust_credits', '{admin}'),
    ('function', 'set_overdraft_limit', '{admin}'),
    ('function', 'close_profile', '{admin}'),
    ('function', 'reserve_credits', '{app, admin}'),
    ('function', 'settle_job', '{app, admin}'),
    ('function', 'refund_job', '{app, admin}'),
    ('function', 'rollback_reservation', '{app, admin}'),
    ('function', 'reserve_credits_many', '{app, admin}'),
    ('function', 'settle_job_many', '{app, admin}'),
    ('function', 'refund_job_many', '{app, admin}'),
    ('function', 'extend_hold', '{app, admin}'),
    ('function', 'expire_holds', '{app, admin}'),
    ('function', 'expire_packs', '{app, admin}'),
    ('function', 'get_balance', '{app, admin, reader}'),
    ('function', 'get_statement', '{app, admin, reader}'),
    ('function', 'balance_at', '{app, admin, reader}'),
    ('function', 'explain_job', '{app, admin, reader}'),
    ('function', 'find_grants', '{admin, reader}'),
    ('function', 'check_integrity', '{admin, reader}'),
    ('function', 'check_legacy_profile', '{admin}'),
    ('function', 'import_profile', '{admin}'),
    ('function', 'audit_refunds', '{admin, reader}'),
    ('function', 'repair_refunds', '{admin}'),
    ('function', 'schema_version', '{app, admin, reader}'),
    ('table', 'profiles', '{reader}'),
    ('table', 'jobs', '{reader}'),
    ('table', 'ledger', '{reader}'),
    ('table', 'addon_grants', '{reader}'),
    ('table', 'packs', '{reader}'),
    ('table', 'pack_draws', '{reader}'),
    ('table', 'renewals', '{reader}'),
    ('table', 'revocations', '{reader}'),
    ('table', 'settings', '{reader}'),
    -- so that an import sees where it was interrupted
    ('table', 'legacy_profiles', '{admin, reader}'),
    ('table', 'legacy_entries', '{admin, reader}'),
    ('view', 'balances', '{reader}'),
    ('view', 'ledger_entries', '{reader}'),
    ('view', 'grants', '{reader}')
  ), by_group as (
    select l.kind, l.name, 'credits_' || g.name as grantee
      from listed l
     cross join unnest(l.groups::text[]) g (name)
  )
  select b.kind, b.name, b.grantee, true
    from by_group b
  union all
  -- A member with NOINHERIT, as service_role is on Supabase, has nothing of its groups: what they
  -- may call is granted to it by name.
  select distinct b.kind, b.name, 'service_role', true
    from by_group b
    join pg_catalog.pg_roles g on g.rolname = b.grantee
    join pg_catalog.pg_roles s on s.rolname = 'service_role'
   where b.grantee in ('credits_app', 'credits_admin')
     and b.kind in ('schema', 'function')
     and pg_catalog.pg_has_role(s.oid, g.oid, 'member')
     and not pg_catalog.pg_has_role(s.oid, g.oid, 'usage')
  union all
  select o.kind, o.name, 'authenticated', false
    from (values
      ('schema', 'credits'),
      ('view', 'my_balance'),
      ('view', 'my_statement'),
      ('view', 'my_jobs')
    ) o (kind, name)
$$;
