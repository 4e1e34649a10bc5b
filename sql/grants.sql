-- Grants what _privileges lists, and takes back everything else from the roles that it knows.
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
    -- What a view has that this transaction has made is from default privileges; later on it was
    -- granted by hand.
    for v_name in
      select c.relname
        from pg_catalog.pg_class c
        join pg_catalog.pg_type t on t.oid = c.reltype
       where c.relnamespace = 'credits'::regnamespace
         and c.relkind in ('r', 'v')
         and (age(t.xmin) <= age(pg_catalog.pg_current_xact_id()::xid)
              or c.relname not in (select p.name
                                     from credits._privileges() p
                                    where p.grantee = 'authenticated'))
    loop
      execute format('revoke all on credits.%I from authenticated', v_name);
      if v_name = 'my_balance' then
        revoke all on schema credits from authenticated;
      end if;
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
  v_grant record;
begin
  for v_grant in
    select case p.kind
             when 'schema' then format('usage on schema %I', p.name)
             when 'function' then format('execute on function credits.%I', p.name)
             else format('select on table credits.%I', p.name)
           end as privilege,
           p.grantee
      from credits._privileges() p
     where p.required
       and to_regrole(p.grantee) is not null
  loop
    execute format('grant %s to %I', v_grant.privilege, v_grant.grantee);
  end loop;
end
$$;

-- A policy takes a table lock, so it is made once. Whoever is in no group of ours reads no row of a
-- table: customers read the views my_balance, my_statement and my_jobs.
do $do$
declare
  v_table record;
begin
  for v_table in
    select c.relname as name, p.grantee,
           replace(p.grantee, 'credits_', '') || ' sees every row' as policy
      from credits._privileges() p
      join pg_catalog.pg_class c
        on c.relnamespace = 'credits'::regnamespace
       and c.relname = p.name
       and c.relkind = 'r'
     where p.kind = 'table'
       and to_regrole(p.grantee) is not null
       and not exists (select from pg_catalog.pg_policies o
                        where o.schemaname = 'credits'
                          and o.tablename = c.relname
                          and o.policyname
                              = replace(p.grantee, 'credits_', '') || ' sees every row')
  loop
    execute format('create policy %I on credits.%I for select to %I using (true)',
                   v_table.policy, v_table.name, v_table.grantee);
  end loop;
end
$do$;
