begin;
\ir ../helpers.psql
select plan(2);

select is_empty(
  $$
    select c.relname
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind = 'S'
       and c.relname not like '%yoyo%'
  $$,
  'seq is counted in the profile'
);
select is_empty(
  $$
    select d.objid::regprocedure
      from pg_catalog.pg_depend d
      join pg_catalog.pg_proc f on f.oid = d.objid and d.classid = 'pg_proc'::regclass
     where f.pronamespace = 'credits'::regnamespace
       and d.refclassid = 'pg_extension'::regclass
  $$,
  'no function needs or is part of an extension'
);

select * from finish();
rollback;
