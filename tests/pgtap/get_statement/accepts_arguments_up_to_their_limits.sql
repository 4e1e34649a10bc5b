begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 5000) as profile \gset
select count(credits_tests.job(:'profile', 1)) as jobs from generate_series(1, 1000) \gset

select is(
  (select concat(count(*), ' rows: ', max(s.seq), ' to ', min(s.seq))
     from credits.get_statement(:'profile', page_size => c.page_size) s),
  c.rows,
  format('page_size %s', c.page_size)
)
from (values (1, '1 rows: 1001 to 1001'), (1000, '1000 rows: 1001 to 2')) c (page_size, rows);

select * from finish();
rollback;
