begin;
\ir ../helpers.psql
select plan(6);

select jsonb_build_object(
  'profile_id', gen_random_uuid(), 'seq', 3, 'period_start', '2030-02-01 00:00Z',
  'previous_allowance', 500, 'allowance', 400, 'owed', 70, 'collected', 0
) as good \gset

select credits_tests.violates(
  'allowance_changes', :'good'::jsonb || c.change, c.broken, format('%s: %s', c.broken, c.change)
)
from (values
  ('allowance_changes_in_range', '{"allowance": -1}'::jsonb),
  ('allowance_changes_in_range', '{"allowance": 9007199254740992}'),
  ('allowance_changes_in_range', '{"previous_allowance": -1}'),
  ('allowance_changes_in_range', '{"previous_allowance": 9007199254740992}'),
  ('allowance_changes_in_range', '{"owed": -1}')
) c (broken, change);
select credits_tests.has_checks('allowance_changes', array['allowance_changes_in_range']);

select * from finish();
rollback;
