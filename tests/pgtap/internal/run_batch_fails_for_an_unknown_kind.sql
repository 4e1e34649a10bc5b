begin;
\ir ../helpers.psql
select plan(1);

select throws_ok(
  $$ select credits._run_batch('other', array[]::credits._batch_element[]) $$,
  '20000'
);

select * from finish();
rollback;
