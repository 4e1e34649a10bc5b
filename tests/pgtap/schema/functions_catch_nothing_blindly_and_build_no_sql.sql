begin;
\ir ../helpers.psql
select plan(2);

create function credits_tests.bodies()
returns table (name text, body text)
language sql
as $$
  select f.proname::text, regexp_replace(f.prosrc, '--[^\n]*', '', 'g')
    from pg_catalog.pg_proc f
   where f.pronamespace = 'credits'::regnamespace
$$;

select is_empty(
  $$ select b.name from credits_tests.bodies() b where b.body ~* '\mwhen\s+others\M' $$,
  'no function has WHEN OTHERS'
);
select is_empty(
  $$ select b.name from credits_tests.bodies() b where b.body ~* '\mexecute\M' $$,
  'no function has EXECUTE'
);

select * from finish();
rollback;
