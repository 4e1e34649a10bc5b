begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(1, 2) as other \gset
select credits_tests.job(:'profile', 2000), credits_tests.job(:'other', 1) as other_job \gset

select results_eq(
  format('select distinct s.profile_id from credits.get_statement(%L) s', :'profile'),
  array[:'profile']::uuid[],
  'only rows of the profile'
);

select * from finish();
rollback;
