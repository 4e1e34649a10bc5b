begin;
\ir ../helpers.psql
select plan(5);

select is(
  (select n.nspowner::regrole::text from pg_catalog.pg_namespace n where n.nspname = 'credits'),
  'credits_owner',
  'the schema'
);
select is_empty(
  $$
    select f.oid::regprocedure
      from pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
       and f.proowner <> 'credits_owner'::regrole
  $$,
  'every function'
);
select is_empty(
  $$
    select c.oid::regclass
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relowner <> 'credits_owner'::regrole
  $$,
  'every table, view and type'
);
select is(
  (select row(r.rolcanlogin, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolbypassrls)::text
     from pg_catalog.pg_roles r
    where r.rolname = 'credits_owner'),
  '(f,f,f,f,f)',
  'the owner cannot log in and has no rights besides'
);
select is_empty(
  $$
    select r.rolname
      from pg_catalog.pg_roles r
     where r.rolname in ('credits_app', 'credits_admin', 'credits_reader')
       and (r.rolcanlogin or r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls
            or pg_has_role(r.oid, 'credits_owner', 'member'))
  $$,
  'neither can the groups, and none of them is the owner'
);

select * from finish();
rollback;
