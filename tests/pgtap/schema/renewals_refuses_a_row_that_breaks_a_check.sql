begin;
\ir ../helpers.psql
select plan(7);

select jsonb_build_object(
  'profile_id', gen_random_uuid(), 'period_start', '2030-02-01 00:00Z', 'allowance', 500,
  'rollover_cap', 100, 'unused', 70, 'carried', 70, 'owed', 0, 'seq', 2
) as good \gset

select credits_tests.violates(
  'renewals', :'good'::jsonb || c.change, c.broken, format('%s: %s', c.broken, c.change)
)
from (values
  ('renewals_allowance_in_range', '{"allowance": -1}'::jsonb),
  ('renewals_allowance_in_range', '{"allowance": 9007199254740992}'),
  ('renewals_allowance_in_range', '{"owed": -1}'),
  ('renewals_carried_is_capped', '{"carried": 69}'),
  ('renewals_carried_is_capped', '{"carried": 71}'),
  ('renewals_carried_is_capped', '{"unused": 101, "carried": 101}')
) c (broken, change);
select credits_tests.has_checks(
  'renewals',
  array['renewals_allowance_in_range', 'renewals_carried_is_capped']
);

select * from finish();
rollback;
