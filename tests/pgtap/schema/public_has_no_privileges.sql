begin;
\ir ../helpers.psql
select plan(3);

select is_empty(
  $$
    select f.oid::regprocedure
      from pg_catalog.pg_proc f,
           lateral aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a
     where f.pronamespace = 'credits'::regnamespace
       and a.grantee = 0
  $$,
  'on no function'
);
select is_empty(
  $$
    select c.oid::regclass, a.privilege_type
      from pg_catalog.pg_class c,
           lateral aclexplode(c.relacl) a
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind in ('r', 'v')
       and a.grantee = 0
  $$,
  'on no table or view'
);
select is_empty(
  $$
    select a.privilege_type
      from pg_catalog.pg_namespace n,
           lateral aclexplode(n.nspacl) a
     where n.nspname = 'credits'
       and a.grantee = 0
  $$,
  'on the schema'
);

select * from finish();
rollback;
