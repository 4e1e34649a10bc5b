begin;
\ir ../helpers.psql
select plan(5);

select jsonb_build_object(
  'profile_id', gen_random_uuid(), 'job_id', gen_random_uuid(), 'draw', 1, 'position', 1,
  'pack_seq', 1, 'amount', 50, 'returned', 0, 'time_left', '1 day',
  'early', false
) as good \gset

select credits_tests.violates(
  'pack_draws', :'good'::jsonb || c.change, c.broken, format('%s: %s', c.broken, c.change)
)
from (values
  ('pack_draws_draw_from_one', '{"draw": 0}'::jsonb),
  ('pack_draws_returned_within_amount', '{"amount": 0}'),
  ('pack_draws_returned_within_amount', '{"returned": 51}'),
  ('pack_draws_returned_within_amount', '{"returned": -1}')
) c (broken, change);
select credits_tests.has_checks(
  'pack_draws',
  array['pack_draws_draw_from_one', 'pack_draws_returned_within_amount']
);

select * from finish();
rollback;
