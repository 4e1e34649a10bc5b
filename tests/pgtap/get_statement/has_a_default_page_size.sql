begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 5000) as profile \gset
select count(credits_tests.job(:'profile', 10)) as jobs from generate_series(1, 59) \gset

select is(
  (select concat(count(*), ' rows: ', max(s.seq), ' to ', min(s.seq))
     from credits.get_statement(:'profile') s),
  '50 rows: 60 to 11',
  'the newest 50'
);
select is(
  (select concat(count(*), ' rows: ', max(s.seq), ' to ', min(s.seq))
     from credits.get_statement(:'profile', 11) s),
  '10 rows: 10 to 1',
  'the last page has what is left'
);

select * from finish();
rollback;
