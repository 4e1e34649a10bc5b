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
  with listed (kind, names, groups) as (values
    ('schema', '{credits}', '{app, admin, reader}'),
    ('function',
     '{open_profile, grant_addon, renew_monthly, change_allowance, grant_addon_many,
       renew_monthly_many, revoke_grant, reinstate_grant, revoke_renewal, reinstate_renewal,
       set_alert, set_topup, decline_topup, watch_profiles, adjust_credits, set_overdraft_limit,
       set_limit, close_profile, move_credits, check_legacy_profile, import_profile,
       repair_refunds}',
     '{admin}'),
    ('function',
     '{reserve_credits, raise_reservation, settle_job, refund_job, rollback_reservation,
       reserve_credits_many, settle_job_many, refund_job_many, extend_hold, expire_holds,
       expire_packs, claim_events, finish_events, fail_events}',
     '{app, admin}'),
    ('function',
     '{get_balance, get_profile, get_limits, get_statement, balance_at, get_job, list_jobs,
       list_grants, usage, preview_reserve, explain_job, id_of, shard_of, new_job_id,
       schema_version}',
     '{app, admin, reader}'),
    ('function',
     '{list_profiles, find_grants, check_integrity, check_profiles, audit_refunds}',
     '{admin, reader}'),
    ('table',
     '{profiles, jobs, ledger, addon_grants, packs, pack_draws, raises, renewals,
       allowance_changes, revocations, alerts, topups, events, limits, settings}',
     '{reader}'),
    ('table', '{moves, move_entries}', '{reader}'),
    -- so that an import sees where it was interrupted
    ('table', '{legacy_profiles, legacy_entries}', '{admin, reader}'),
    ('view', '{balances, ledger_entries, grants, daily_flows, job_flows, usage_daily,
               metrics}', '{reader}')
  ), by_group as (
    select l.kind, n.name, 'credits_' || g.name as grantee
      from listed l
     cross join unnest(l.names::text[]) n (name)
     cross join unnest(l.groups::text[]) g (name)
  )
  select b.kind, b.name, b.grantee, true
    from by_group b
  union all
  -- On Supabase: an application's own server is one of the services that charge for work. By name,
  -- since a role with NOINHERIT has nothing of its groups, and since whoever owns the functions may
  -- always give this, but a membership only with the right to. So a membership in credits_admin is
  -- a wish, which the next migration grants.
  select distinct b.kind, b.name, 'service_role', true
    from by_group b
   where b.kind in ('schema', 'function')
     and (b.grantee = 'credits_app'
          or b.grantee = 'credits_admin'
             and exists (select from pg_catalog.pg_roles s
                          where s.rolname = 'service_role'
                            and pg_catalog.pg_has_role(s.oid, to_regrole('credits_admin'),
                                                       'member')))
  union all
  select o.kind, o.name, 'authenticated', false
    from (values
      ('schema', 'credits'),
      ('view', 'my_balance'),
      ('view', 'my_statement'),
      ('view', 'my_jobs')
    ) o (kind, name)
$$;
