begin;
\ir ../helpers.psql
select plan(2);

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

select * from finish();
rollback;
