-- Drops what an earlier version left: internal functions that are gone, and functions whose
-- parameters have changed, which would otherwise stay beside the new ones as overloads. What this
-- transaction has created or replaced is not older than the transaction (a savepoint in it has a
-- later number); outside of one transaction nothing is, and nothing is dropped. What a constraint
-- calls is of the migrations, and is replaced by none of this.

do $$
declare
  v_age constant integer := age(pg_catalog.pg_current_xact_id()::xid);
  v_old record;
begin
  for v_old in
    select f.oid::regprocedure as signature
      from pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
       and age(f.xmin) > v_age
       and exists (select from pg_catalog.pg_proc n
                    where n.pronamespace = f.pronamespace
                      and age(n.xmin) <= v_age
                      and (n.proname = f.proname or f.proname like '\_%'))
       and not exists (select from pg_catalog.pg_depend d
                        where d.refclassid = 'pg_catalog.pg_proc'::regclass
                          and d.refobjid = f.oid
                          and d.classid = 'pg_catalog.pg_constraint'::regclass)
  loop
    execute format('drop function %s', v_old.signature);
  end loop;
end
$$;
