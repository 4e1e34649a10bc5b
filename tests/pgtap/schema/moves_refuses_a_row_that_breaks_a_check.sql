begin;
\ir ../helpers.psql
select plan(4);

select jsonb_build_object(
  'profile_id', credits_tests.profile(0, 0), 'to_profile_id', credits_tests.profile(0, 0),
  'seq', 1, 'to_seq', 1, 'monthly_rest', 'addon', 'move_id', 'merge-1'
) as good \gset

select credits_tests.violates(
  'moves', :'good'::jsonb || c.change, c.broken, c.change::text
)
from (values
  ('moves_monthly_rest_known', '{"monthly_rest": "lapse"}'::jsonb),
  ('moves_monthly_rest_known', '{"monthly_rest": ""}'),
  ('moves_to_another_profile',
   jsonb_build_object('to_profile_id', :'good'::jsonb ->> 'profile_id'))
) c (broken, change);
select credits_tests.has_checks(
  'moves', array['moves_monthly_rest_known', 'moves_to_another_profile']
);

select * from finish();
rollback;
