begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset

select is(
  credits_tests.level_after(c.before, format('credits._lock_profile(%L)', :'profile')),
  c.after,
  format('%s becomes %s', c.before, c.after)
)
from (values
  ('off', 'on'), ('local', 'on'), ('remote_write', 'on'), ('on', 'on'),
  ('remote_apply', 'remote_apply')
) c (before, after);

select * from finish();
rollback;
