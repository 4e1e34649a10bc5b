begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  'select credits.rollback_reservation(gen_random_uuid())',
  'PT404', 'job_not_found', '{}',
  'a job that nobody reserved'
);
select credits_tests.refuses(
  format('select credits.rollback_reservation(gen_random_uuid(), %L)', :'profile'),
  'PT404', 'job_not_found', '{}',
  'the same with a profile'
);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(9, 9000) as other \gset
select credits_tests.job(:'other', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.rollback_reservation(%L, %L)', :'job', :'profile'),
  'PT404', 'job_not_found', '{}',
  'the job of another profile, as if there were no such job'
);
select is(credits_tests.buckets(:'other'), '0 + 7009', 'the credits stay out');

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.rollback_reservation(%s, gen_random_uuid())', c.job),
  'PT404', 'profile_not_found', '{}',
  c.description
)
from (values
  (quote_literal(:'job'), 'a profile that nobody opened'),
  ('gen_random_uuid()', 'the profile is checked before the job')
) c (job, description);

select * from finish();
rollback;
