begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.rollback_reservation(%s, gen_random_uuid())', c.job),
  'PT404', 'profile_not_found', '{}',
  c.description
)
from (values
  (quote_literal(:'job'), 'a profile that nobody opened is refused'),
  ('gen_random_uuid()', 'the profile is checked before the job')
) c (job, description);

select * from finish();
rollback;
