begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.web_roles() as roles \gset
grant execute on all functions in schema credits to anon, authenticated, service_role;
grant all on all tables in schema credits to anon, authenticated, service_role;
\ir ../../../sql/grants.sql

select is_empty(
  $$
    select f.oid::regprocedure
      from pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
       and has_function_privilege('anon', f.oid, 'execute')
  $$,
  'it may run no function'
);
select is_empty(
  $$
    select c.oid::regclass, a.privilege_type
      from pg_catalog.pg_class c,
           lateral aclexplode(c.relacl) a
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind in ('r', 'v')
       and a.grantee = 'anon'::regrole
  $$,
  'it may not even look at a table'
);

select * from finish();
rollback;
