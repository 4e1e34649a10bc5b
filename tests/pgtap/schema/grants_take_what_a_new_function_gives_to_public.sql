begin;
\ir ../helpers.psql
select plan(1);

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

select * from finish();
rollback;
