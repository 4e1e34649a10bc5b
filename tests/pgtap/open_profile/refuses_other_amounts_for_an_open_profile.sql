begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.open_profile(%L, %s)', :'profile', c.amounts),
  'PT409', 'profile_exists', '{}',
  format('(%s) is refused for a profile opened with (500, 5000)', c.amounts)
)
from (values
  ('501, 5000'),
  ('500, 4999'),
  ('5000, 500'),
  ('0, 5500'),
  ('0, 0'),
  ('500')
) c (amounts);

select * from finish();
rollback;
