begin;
\ir ../helpers.psql
select plan(4);

create function credits_tests.privileges_of(role text)
returns table (relation text, privilege text)
language sql
as $$
  select c.relname::text, p.privilege
    from pg_catalog.pg_class c,
         unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references',
                      'trigger']) p (privilege)
   where c.relnamespace = 'credits'::regnamespace
     and c.relkind in ('r', 'v')
     and (has_table_privilege(privileges_of.role, c.oid, p.privilege)
          or (p.privilege in ('select', 'insert', 'update', 'references')
              and has_any_column_privilege(privileges_of.role, c.oid, p.privilege)))
$$;

select is_empty(
  $$ select * from credits_tests.privileges_of('credits_app') $$, 'credits_app has none'
);
select set_eq(
  $$ select * from credits_tests.privileges_of('credits_admin') $$,
  $$ values ('legacy_profiles', 'select'), ('legacy_entries', 'select') $$,
  'credits_admin reads what was imported'
);
select set_eq(
  $$ select * from credits_tests.privileges_of('credits_reader') $$,
  $$
    select r.name, 'select' from credits_tests.relations() r
    union all
    values ('settings', 'select'), ('legacy_profiles', 'select'), ('legacy_entries', 'select')
  $$,
  'credits_reader reads'
);
select is_empty(
  $$
    select r.role
      from unnest(array['credits_app', 'credits_admin', 'credits_reader']) r (role)
     where has_schema_privilege(r.role, 'credits', 'create')
        or not has_schema_privilege(r.role, 'credits', 'usage')
  $$,
  'each uses the schema, none creates in it'
);

select * from finish();
rollback;
