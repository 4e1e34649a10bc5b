begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.web_roles() as roles, credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
grant execute on all functions in schema credits to anon, authenticated, service_role;
grant all on all tables in schema credits to anon, authenticated, service_role;
\ir ../../../sql/grants.sql

select ok(not pg_has_role('service_role', 'credits_app', 'member'), 'it need not be a member');
select set_eq(
  $$
    select f.proname::text
      from pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
       and has_function_privilege('service_role', f.oid, 'execute')
  $$,
  credits_tests.app_functions(),
  'it may run what the group may, and no more'
);
select is_empty(
  $$
    select c.oid::regclass, a.privilege_type
      from pg_catalog.pg_class c,
           lateral aclexplode(c.relacl) a
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind in ('r', 'v')
       and a.grantee = 'service_role'::regrole
  $$,
  'it may touch no table'
);

alter role service_role noinherit;
grant credits_admin to service_role;
\ir ../../../sql/grants.sql
select set_eq(
  $$
    select f.proname::text
      from pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
       and has_function_privilege('service_role', f.oid, 'execute')
  $$,
  $$
    select f.proname::text
      from pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
       and f.proname !~ '^_'
  $$,
  'as a member of the admin group it may run what that may, though it inherits nothing'
);

select * from finish();
rollback;
