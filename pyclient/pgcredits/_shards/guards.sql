-- A proxy keeps nothing itself. If somebody puts the functions of a single database here, they find
-- tables that nobody may read or write, not even their owner: no call is answered from empty ones.

do $$
declare
  v_table record;
begin
  for v_table in
    select c.oid::regclass as name,
           array(select distinct case a.grantee when 0 then 'public'
                                   else a.grantee::regrole::text end
                   from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a) as grantees,
           exists (select from pg_catalog.pg_trigger t
                    where t.tgrelid = c.oid
                      and t.tgname = 'refuse_write') as is_guarded
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind = 'r'
       and c.relname !~ '^_?yoyo_'
  loop
    if v_table.grantees <> '{}' then
      execute format('revoke select, insert, update, delete, truncate on %s from %s',
                     v_table.name, array_to_string(v_table.grantees, ', '));
    end if;
    if not v_table.is_guarded then
      execute format('create trigger refuse_write before insert or update or delete on %s '
                     'for each row execute function credits_proxy.refuse_write()', v_table.name);
      execute format('alter table %s enable always trigger refuse_write', v_table.name);
    end if;
  end loop;
end
$$;
