begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(0, 0) as closed \gset
select credits_tests.close(:'closed') as done \gset

select credits_tests.refuses(
  format('select credits.import_profile(%L, %s, %s, accept => %L)',
         c.profile, c.monthly, c.addon, '{history_truncated}'),
  'PT409', 'profile_exists', '{}', c.description
)
from (values
  (:'profile', 500, 5000, 'with the same credits'),
  (:'profile', 0, 0, 'with other credits'),
  (:'closed', 0, 0, 'also if it is closed')
) c (profile, monthly, addon, description);

select * from finish();
rollback;
