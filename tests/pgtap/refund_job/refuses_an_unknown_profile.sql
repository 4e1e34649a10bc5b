begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, profile_id => gen_random_uuid())', :'job'),
  'PT404', 'profile_not_found', '{}',
  'a profile that nobody opened is refused'
);

select * from finish();
rollback;
