begin;
\ir ../helpers.psql
select plan(1);

select is_empty(
  $$
    select p.name, f.proconfig
      from credits_tests.public_functions() p
      join pg_catalog.pg_proc f on f.oid = p.oid
     where not coalesce('search_path=pg_catalog, pg_temp' = any(f.proconfig), false)
  $$,
  'it is pg_catalog, pg_temp for every public function'
);

select * from finish();
rollback;
