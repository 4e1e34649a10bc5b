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
         and c.relname not in ('profiles', 'jobs', 'ledger', 'packs', 'pack_draws', 'renewals',
                               'revocations')
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

-- credits_app: services that charge for work.
do $$
begin
  if to_regrole('credits_app') is null then
    return;
  end if;
  grant usage on schema credits to credits_app;
  grant execute on function
    credits.reserve_credits,
    credits.settle_job,
    credits.refund_job,
    credits.rollback_reservation,
    credits.reserve_credits_many,
    credits.settle_job_many,
    credits.refund_job_many,
    credits.extend_hold,
    credits.expire_holds,
    credits.expire_packs,
    credits.get_balance,
    credits.get_statement,
    credits.balance_at,
    credits.explain_job,
    credits.schema_version
    to credits_app;
  if to_regrole('service_role') is not null
     and not pg_catalog.pg_has_role('service_role', 'credits_app', 'member') then
    begin
      grant credits_app to service_role;
    exception when insufficient_privilege then
      raise notice 'grant credits_app to service_role: an administrator has to do this';
    end;
  end if;
end
$$;

-- credits_admin: services and people that create credits, and everything credits_app may.
do $$
begin
  if to_regrole('credits_admin') is null then
    return;
  end if;
  grant usage on schema credits to credits_admin;
  grant execute on function
    credits.open_profile,
    credits.grant_addon,
    credits.renew_monthly,
    credits.revoke_grant,
    credits.reinstate_grant,
    credits.adjust_credits,
    credits.set_overdraft_limit,
    credits.close_profile,
    credits.reserve_credits,
    credits.settle_job,
    credits.refund_job,
    credits.rollback_reservation,
    credits.reserve_credits_many,
    credits.settle_job_many,
    credits.refund_job_many,
    credits.extend_hold,
    credits.expire_holds,
    credits.expire_packs,
    credits.get_balance,
    credits.get_statement,
    credits.balance_at,
    credits.explain_job,
    credits.check_integrity,
    credits.check_legacy_profile,
    credits.import_profile,
    credits.audit_refunds,
    credits.repair_refunds,
    credits.schema_version
    to credits_admin;
  -- So that an import sees where it was interrupted.
  grant select on credits.legacy_profiles, credits.legacy_entries to credits_admin;
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

-- credits_reader: reports, support, checks. Reads every row.
do $$
begin
  if to_regrole('credits_reader') is null then
    return;
  end if;
  grant usage on schema credits to credits_reader;
  grant select on credits.profiles, credits.jobs, credits.ledger, credits.packs,
                  credits.pack_draws, credits.renewals, credits.revocations, credits.settings,
                  credits.legacy_profiles, credits.legacy_entries, credits.balances,
                  credits.ledger_entries to credits_reader;
  grant execute on function
    credits.get_balance,
    credits.get_statement,
    credits.balance_at,
    credits.explain_job,
    credits.check_integrity,
    credits.audit_refunds,
    credits.schema_version
    to credits_reader;
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
