begin;
\ir ../helpers.psql
select plan(3);

select is_empty(
  $$
    select p.name
      from credits_tests.public_functions() p
      join pg_catalog.pg_proc f on f.oid = p.oid
     where not f.prosecdef
  $$,
  'every public function is security definer'
);
select is_empty(
  $$
    select i.name
      from credits_tests.internal_functions() i
      join pg_catalog.pg_proc f on f.oid = i.oid
     where f.prosecdef
  $$,
  'no internal function is'
);

select is_empty(
  $$
    select p.name, f.proconfig
      from credits_tests.public_functions() p
      join pg_catalog.pg_proc f on f.oid = p.oid
     where not coalesce('search_path=pg_catalog, pg_temp' = any(f.proconfig), false)
  $$,
  'the search path of every public function is pg_catalog, pg_temp'
);

select * from finish();
rollback;
