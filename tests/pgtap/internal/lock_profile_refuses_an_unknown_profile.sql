begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.refuses(
  format('select credits._lock_profile(%L)', c.profile),
  'PT404', 'profile_not_found', '{}',
  format('%s is refused', c.description)
)
from (values (gen_random_uuid(), 'a profile that nobody opened'), (null, 'NULL'))
     c (profile, description);

select * from finish();
rollback;
