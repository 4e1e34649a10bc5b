begin;
\ir ../helpers.psql
select plan(4);

create table credits.credits_tests_table ();
create view credits.credits_tests_view as select 1 as one;
create type credits.credits_tests_type as (one integer);
create function credits.credits_tests_function() returns integer language sql as 'select 1';
\ir ../../../sql/owner.sql

select is(c.owner::regrole::text, 'credits_owner', c.relname)
  from (select c.relname::text, c.relowner as owner
          from pg_catalog.pg_class c
         where c.relnamespace = 'credits'::regnamespace
           and c.relname like 'credits\_tests\_%'
        union all
        select f.proname::text, f.proowner
          from pg_catalog.pg_proc f
         where f.pronamespace = 'credits'::regnamespace
           and f.proname like 'credits\_tests\_%') c;

select * from finish();
rollback;
