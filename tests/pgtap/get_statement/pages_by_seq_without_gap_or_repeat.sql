begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(0, 5000) as profile \gset
select count(credits_tests.job(:'profile', 10)) as jobs from generate_series(1, 6) \gset

select results_eq(
  format('select s.seq from credits.get_statement(%L, %L, 3) s', :'profile', c.before_seq),
  c.page,
  format('before_seq %s', coalesce(c.before_seq::text, 'null'))
)
from (values
  (null, array[7, 6, 5]::bigint[]),
  (5, array[4, 3, 2]::bigint[]),
  (2, array[1]::bigint[])
) c (before_seq, page);

select credits_tests.job(:'profile', 10) as newer \gset
select results_eq(
  format('select s.seq from credits.get_statement(%L, 5, 3) s', :'profile'),
  array[4, 3, 2]::bigint[],
  'a row written meanwhile does not move the pages'
);

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
