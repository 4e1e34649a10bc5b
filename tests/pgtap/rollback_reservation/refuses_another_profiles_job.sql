begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(9, 9000) as other \gset
select credits_tests.job(:'other', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.rollback_reservation(%L, %L)', :'job', :'profile'),
  'PT404', 'job_not_found', '{}',
  'it is refused as if there were no such job'
);
select is(credits_tests.buckets(:'other'), '0 + 7009', 'the credits stay out');

select * from finish();
rollback;
