begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.refund_job(%s)', c.arguments),
  'PT404', 'job_not_found', '{}',
  format('%s is refused', c.description)
)
from (values
  ('gen_random_uuid()', 'a whole refund'),
  ('gen_random_uuid(), 1, ''part-1''', 'a part'),
  (format('gen_random_uuid(), profile_id => %L', :'profile'), 'a whole refund with a profile'),
  (format('gen_random_uuid(), 1, ''part-1'', profile_id => %L', :'profile'),
   'a part with a profile')
) c (arguments, description);

select * from finish();
rollback;
