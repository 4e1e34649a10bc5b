begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.web_roles() as roles,
       credits_tests.profile(500, 5000) as profile, credits_tests.profile(7, 70) as other
\gset
grant usage on schema credits to authenticated;
grant execute on all functions in schema credits to anon, authenticated, service_role;
grant all on all tables in schema credits to anon, authenticated, service_role;
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
    select distinct lower(a.privilege_type)
      from pg_catalog.pg_class c,
           lateral aclexplode(c.relacl) a
     where c.oid in ('credits.profiles'::regclass, 'credits.jobs'::regclass,
                     'credits.ledger'::regclass, 'credits.balances'::regclass,
                     'credits.ledger_entries'::regclass)
       and a.grantee = 'authenticated'::regrole
  $$,
  array['select'],
  'what it was granted to read stays, the rest goes'
);
select is(
  credits_tests.profiles_seen_by(
    'authenticated', jsonb_build_object('sub', :'profile')::text, 'balances'),
  :'profile',
  'it reads its own rows'
);

select * from finish();
rollback;
