begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(9, 9000) as other \gset
select credits_tests.job(:'other', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L%s, profile_id => %L)', :'job', c.part, :'profile'),
  'PT404', 'job_not_found', '{}',
  format('%s is refused as if there were no such job', c.description)
)
from (values ('', 'a whole refund'), (', 1, ''part-1''', 'a part')) c (part, description);
select is(credits_tests.buckets(:'other'), '0 + 7009', 'the credits stay out');

select * from finish();
rollback;
