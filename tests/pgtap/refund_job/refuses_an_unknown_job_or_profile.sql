begin;
\ir ../helpers.psql
select plan(8);

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

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(9, 9000) as other \gset
select credits_tests.job(:'other', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L%s, profile_id => %L)', :'job', c.part, :'profile'),
  'PT404', 'job_not_found', '{}',
  format('%s is refused as if there were no such job', c.description)
)
from (values ('', 'a whole refund'), (', 1, ''part-1''', 'a part')) c (part, description);
select is(credits_tests.buckets(:'other'), '0 + 7009', 'the credits stay out');

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, profile_id => gen_random_uuid())', :'job'),
  'PT404', 'profile_not_found', '{}',
  'a profile that nobody opened'
);

select * from finish();
rollback;
