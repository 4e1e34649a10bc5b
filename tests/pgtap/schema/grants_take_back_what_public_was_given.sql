begin;
\ir ../helpers.psql
select plan(2);

create function credits.credits_tests_function() returns integer language sql as 'select 1';
\ir ../../../sql/grants.sql

select is_empty(
  $$
    select f.oid::regprocedure
      from pg_catalog.pg_proc f,
           lateral aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a
     where f.pronamespace = 'credits'::regnamespace
       and a.grantee = 0
  $$,
  'CREATE FUNCTION gives EXECUTE to everybody, and the file takes it back'
);

grant insert, update, delete, truncate, references, trigger
  on all tables in schema credits
  to public;
\ir ../../../sql/grants.sql

select is_empty(
  $$
    select c.oid::regclass, a.privilege_type
      from pg_catalog.pg_class c,
           lateral aclexplode(c.relacl) a
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind in ('r', 'v')
       and a.grantee = 0
  $$,
  'what PUBLIC was given by mistake is gone'
);

select * from finish();
rollback;
