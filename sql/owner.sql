-- Everything in the schema belongs to credits_owner, so that security definer functions run with
-- that role's rights and no more. Without the role the migrating user keeps what it made.

do $$
declare
  v_object record;
begin
  if to_regrole('credits_owner') is null
     or not pg_catalog.pg_has_role(current_user, 'credits_owner', 'usage') then
    return;
  end if;
  for v_object in
    select format('schema %I', n.nspname) as name
      from pg_catalog.pg_namespace n
     where n.nspname = 'credits'
       and n.nspowner <> to_regrole('credits_owner')
    union all
    select format(case c.relkind when 'c' then 'type %s' else 'table %s' end, c.oid::regclass)
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind in ('r', 'v', 'c')
       and c.relowner <> to_regrole('credits_owner')
    union all
    select format('function %s', f.oid::regprocedure)
      from pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
       and f.proowner <> to_regrole('credits_owner')
  loop
    execute format('alter %s owner to credits_owner', v_object.name);
  end loop;
end
$$;
