-- Who may do what: nobody may write a table, and functions are granted by group role, by name.
-- Runs last and every time, since CREATE FUNCTION grants EXECUTE to everybody, and Supabase's
-- default privileges grant it to anon and authenticated by name.

revoke execute on all functions in schema credits from public;
revoke all on all tables in schema credits from public;
revoke all on schema credits from public;

do $$
declare
  v_name text;
begin
  if to_regrole('anon') is not null then
    revoke all on schema credits from anon;
    revoke all on all functions in schema credits from anon;
    revoke all on all tables in schema credits from anon;
  end if;
  if to_regrole('authenticated') is not null then
    revoke create on schema credits from authenticated;
    revoke all on all functions in schema credits from authenticated;
    -- The first time nobody has granted anything by hand yet: it is from default privileges.
    if not exists (select from pg_catalog.pg_policies p
                    where p.schemaname = 'credits'
                      and p.policyname = 'own rows') then
      revoke all on schema credits from authenticated;
      revoke all on all tables in schema credits from authenticated;
    end if;
    for v_name in
      select c.relname
        from pg_catalog.pg_class c
       where c.relnamespace = 'credits'::regnamespace
         and c.relkind = 'r'
         and c.relname not in ('profiles', 'jobs', 'ledger', 'addon_grants', 'packs', 'pack_draws',
                               'renewals', 'revocations')
    loop
      execute format('revoke all on credits.%I from authenticated', v_name);
    end loop;
    revoke insert, update, delete, truncate, references, trigger
      on all tables in schema credits from authenticated;
    if current_setting('server_version_num')::integer >= 170000 then -- 15 and 16 cannot parse it
      execute 'revoke maintain on all tables in schema credits from authenticated';
    end if;
  end if;
  if to_regrole('service_role') is not null then
    revoke all on schema credits from service_role;
    revoke all on all functions in schema credits from service_role;
    revoke all on all tables in schema credits from service_role;
  end if;
end
$$;

do $$
declare
  v_group text;
begin
  for v_group in
    select r.rolname
      from pg_catalog.pg_roles r
     where r.rolname in ('credits_app', 'credits_admin', 'credits_reader')
  loop
    execute format('grant usage on schema credits to %I', v_group);
  end loop;
end
$$;

-- Who may call what: each function once, with its groups. credits_app: services that charge for
-- work; credits_admin: services and people that create credits; credits_reader: reports, support,
-- checks.
do $$
declare
  v_grant record;
begin
  for v_grant in
    select 'credits_' || g.name as to_group, f.name
      from (values
             ('open_profile', '{admin}'),
             ('grant_addon', '{admin}'),
             ('renew_monthly', '{admin}'),
             ('revoke_grant', '{admin}'),
             ('reinstate_grant', '{admin}'),
             ('revoke_renewal', '{admin}'),
             ('reinstate_renewal', '{admin}'),
             ('adjust_credits', '{admin}'),
             ('set_overdraft_limit', '{admin}'),
             ('close_profile', '{admin}'),
             ('reserve_credits', '{app, admin}'),
             ('settle_job', '{app, admin}'),
             ('refund_job', '{app, admin}'),
             ('rollback_reservation', '{app, admin}'),
             ('reserve_credits_many', '{app, admin}'),
             ('settle_job_many', '{app, admin}'),
             ('refund_job_many', '{app, admin}'),
             ('extend_hold', '{app, admin}'),
             ('expire_holds', '{app, admin}'),
             ('expire_packs', '{app, admin}'),
             ('get_balance', '{app, admin, reader}'),
             ('get_statement', '{app, admin, reader}'),
             ('balance_at', '{app, admin, reader}'),
             ('explain_job', '{app, admin, reader}'),
             ('find_grants', '{admin, reader}'),
             ('check_integrity', '{admin, reader}'),
             ('check_legacy_profile', '{admin}'),
             ('import_profile', '{admin}'),
             ('audit_refunds', '{admin, reader}'),
             ('repair_refunds', '{admin}'),
             ('schema_version', '{app, admin, reader}')
           ) f (name, groups)
     cross join unnest(f.groups::text[]) g (name)
     where to_regrole('credits_' || g.name) is not null
  loop
    execute format('grant execute on function credits.%I to %I', v_grant.name, v_grant.to_group);
  end loop;
end
$$;

do $$
begin
  if to_regrole('credits_reader') is not null then
    grant select on credits.profiles, credits.jobs, credits.ledger, credits.addon_grants,
                    credits.packs, credits.pack_draws, credits.renewals, credits.revocations,
                    credits.settings, credits.legacy_profiles, credits.legacy_entries,
                    credits.balances, credits.ledger_entries, credits.grants to credits_reader;
  end if;
  if to_regrole('credits_admin') is not null then -- so that an import sees where it was interrupted
    grant select on credits.legacy_profiles, credits.legacy_entries to credits_admin;
  end if;
  if to_regrole('credits_app') is not null
     and to_regrole('service_role') is not null
     and not pg_catalog.pg_has_role('service_role', 'credits_app', 'member') then
    begin
      grant credits_app to service_role;
    exception when insufficient_privilege then
      raise notice 'grant credits_app to service_role: an administrator has to do this';
    end;
  end if;
end
$$;

-- A member with NOINHERIT, as service_role is on Supabase, has nothing of its groups: what they may
-- call is granted to it by name.
do $$
declare
  v_function record;
begin
  if to_regrole('service_role') is null then
    return;
  end if;
  for v_function in
    select f.oid::regprocedure as signature
      from unnest(array['credits_app', 'credits_admin']) g (name)
      join pg_catalog.pg_roles r on r.rolname = g.name
     cross join pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
       and pg_catalog.pg_has_role('service_role', r.oid, 'member')
       and not pg_catalog.pg_has_role('service_role', r.oid, 'usage')
       and has_function_privilege(r.oid, f.oid, 'execute')
  loop
    grant usage on schema credits to service_role;
    execute format('grant execute on function %s to service_role', v_function.signature);
  end loop;
end
$$;

-- A policy takes a table lock, so it is made once.
do $do$
declare
  v_table text;
begin
  if to_regrole('credits_reader') is null then
    return;
  end if;
  for v_table in
    select c.relname
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relrowsecurity
       and not exists (select from pg_catalog.pg_policies p
                        where p.schemaname = 'credits'
                          and p.tablename = c.relname
                          and p.policyname = 'reader sees every row')
  loop
    execute format('create policy "reader sees every row" on credits.%I '
                   'for select to credits_reader using (true)', v_table);
  end loop;
end
$do$;

do $do$
declare
  v_table text;
begin
  if to_regrole('credits_admin') is null then
    return;
  end if;
  for v_table in
    select t.table_name
      from (values ('legacy_profiles'), ('legacy_entries')) t (table_name)
     where not exists (select from pg_catalog.pg_policies p
                        where p.schemaname = 'credits'
                          and p.tablename = t.table_name
                          and p.policyname = 'admin sees every row')
  loop
    execute format('create policy "admin sees every row" on credits.%I '
                   'for select to credits_admin using (true)', v_table);
  end loop;
end
$do$;

-- A person whose profile id is the subject of the request's claims (PostgREST, Supabase) sees that
-- profile's rows, once a role such as authenticated is granted SELECT: see docs/operations.md.
-- The sub-select is evaluated once a query.
do $do$
declare
  v_own record;
begin
  for v_own in
    select o.table_name, o.profile_column
      from (values
             ('profiles', 'id'),
             ('jobs', 'profile_id'),
             ('ledger', 'profile_id'),
             ('addon_grants', 'profile_id'),
             ('packs', 'profile_id'),
             ('pack_draws', 'profile_id'),
             ('renewals', 'profile_id'),
             ('revocations', 'profile_id')
           ) o (table_name, profile_column)
     where not exists (select from pg_catalog.pg_policies p
                        where p.schemaname = 'credits'
                          and p.tablename = o.table_name
                          and p.policyname = 'own rows')
  loop
    execute format(
      $policy$
        create policy "own rows" on credits.%I for select using (
          %I = (
            select case
                     when c.subject ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                       then c.subject::uuid
                   end
              from (
                select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
              ) c (subject)
          )
        )
      $policy$,
      v_own.table_name, v_own.profile_column);
  end loop;
end
$do$;
