begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset

select is_empty(
  format('select s.seq from credits.get_statement(%L, 1) s', :'profile'),
  'there is nothing before seq 1'
);
select results_eq(
  format('select s.seq from credits.get_statement(%L, 9007199254740991) s', :'profile'),
  array[1]::bigint[],
  'a seq far ahead shows the newest rows'
);

select * from finish();
rollback;
