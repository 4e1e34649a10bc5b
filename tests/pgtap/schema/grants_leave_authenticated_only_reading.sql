begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.web_roles() as roles,
       credits_tests.profile(500, 5000) as profile, credits_tests.profile(7, 70) as other
\gset
grant usage on schema credits to authenticated;
grant execute on all functions in schema credits to anon, authenticated, service_role;
grant all on all tables in schema credits to anon, authenticated, service_role;
grant select (reason) on credits.ledger to authenticated;
\ir ../../../sql/grants.sql

select is_empty(
  $$
    select f.oid::regprocedure
      from pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
       and has_function_privilege('authenticated', f.oid, 'execute')
  $$,
  'it may run no function'
);
select set_eq(
  $$
    select c.relname || ' ' || lower(a.privilege_type)
      from pg_catalog.pg_class c,
           lateral aclexplode(c.relacl) a
     where c.relnamespace = 'credits'::regnamespace
       and a.grantee = 'authenticated'::regrole
  $$,
  array['my_balance select', 'my_statement select', 'my_jobs select'],
  'what is for customers stays, the rest goes'
);
select is(
  credits_tests.profiles_seen_by(
    'authenticated', jsonb_build_object('sub', :'profile')::text, 'my_balance'),
  :'profile',
  'it reads its own rows'
);

select is_empty(
  $$
    select a.attrelid::regclass, a.attname
      from pg_catalog.pg_class c
      join pg_catalog.pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'credits'::regnamespace
       and a.attacl is not null
  $$,
  'a grant on a column goes too'
);

select * from finish();
rollback;
