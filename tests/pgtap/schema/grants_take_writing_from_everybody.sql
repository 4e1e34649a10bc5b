begin;
\ir ../helpers.psql
select plan(1);

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
