begin;
\ir ../helpers.psql
select plan(2);

select set_has(
  $$
    select p.name, f.provolatile::text
      from credits_tests.public_functions() p
      join pg_catalog.pg_proc f on f.oid = p.oid
  $$,
  $$
    values ('open_profile', 'v'), ('grant_addon', 'v'), ('reserve_credits', 'v'),
           ('refund_job', 'v'), ('rollback_reservation', 'v'),
           ('get_balance', 's'), ('get_statement', 's'), ('schema_version', 'i')
  $$,
  'writers are volatile, reads stable, the version immutable'
);
select set_has(
  $$
    select i.name, f.provolatile::text
      from credits_tests.internal_functions() i
      join pg_catalog.pg_proc f on f.oid = i.oid
  $$,
  $$
    values ('_lock_profile', 'v'), ('_lock_job', 'v'), ('_write_ledger', 'v'),
           ('_return_credits', 'v'), ('_split_deduction', 'i')
  $$,
  'helpers that lock or write are volatile, the bucket rule is immutable'
);

select * from finish();
rollback;
