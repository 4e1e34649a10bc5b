begin;
\ir ../helpers.psql
select plan(5);

select is_empty(
  $$
    select p.name
      from credits_tests.public_functions() p
     where coalesce(obj_description(p.oid, 'pg_proc'), '') = ''
  $$,
  'every public function has a comment'
);
select is_empty(
  $$
    select c.relname
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind in ('r', 'v')
       and c.relname not like '%yoyo%'
       and coalesce(obj_description(c.oid, 'pg_class'), '') = ''
  $$,
  'every table and view has one'
);
select is_empty(
  $$
    select t.typname
      from pg_catalog.pg_type t
      join pg_catalog.pg_class c on c.oid = t.typrelid and c.relkind = 'c'
     where t.typnamespace = 'credits'::regnamespace
       and coalesce(obj_description(t.oid, 'pg_type'), '') = ''
  $$,
  'every result type has one'
);
select is_empty(
  $$
    select c.relname, a.attname
      from pg_catalog.pg_class c
      join pg_catalog.pg_attribute a
        on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind in ('r', 'c')
       and c.relname !~ 'yoyo|^_'
       and coalesce(col_description(c.oid, a.attnum), '') = ''
  $$,
  'every column and every attribute of a result has one'
);
select isnt(
  obj_description('credits'::regnamespace, 'pg_namespace'), null, 'the schema has one'
);

select * from finish();
rollback;
