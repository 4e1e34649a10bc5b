begin;
\ir ../helpers.psql
select plan(12);

select jsonb_build_object(
  'profile_id', gen_random_uuid(), 'job_id', gen_random_uuid(), 'draw', 2, 'monthly', 20,
  'addon', 30, 'pack', 10, 'early', 5, 'returned', 0, 'seq', 3
) as good \gset

select credits_tests.violates(
  'raises', :'good'::jsonb || c.change, c.broken, format('%s: %s', c.broken, c.change)
)
from (values
  ('raises_draw_from_two', '{"draw": 1}'::jsonb),
  ('raises_parts_not_negative', '{"monthly": -1}'),
  ('raises_parts_not_negative', '{"addon": 9}'),
  ('raises_parts_not_negative', '{"pack": -1, "early": -1}'),
  ('raises_parts_not_negative', '{"pack": 4}'),
  ('raises_parts_not_negative', '{"early": -1}'),
  ('raises_parts_not_negative', '{"monthly": 0, "addon": 0, "pack": 0, "early": 0}'),
  ('raises_returned_within_amount', '{"returned": 51}'),
  ('raises_returned_within_amount', '{"returned": -1}')
) c (broken, change);
select lives_ok(
  format('insert into credits.raises select * from jsonb_populate_record(null::credits.raises, %L)',
         :'good'::jsonb || '{"draw": 40000, "returned": 50}'),
  'all of it back'
);
select lives_ok(
  format('insert into credits.raises select * from jsonb_populate_record(null::credits.raises, %L)',
         :'good'::jsonb || '{"monthly": 0}'),
  'addon credits only'
);
select credits_tests.has_checks(
  'raises',
  array['raises_draw_from_two', 'raises_parts_not_negative', 'raises_returned_within_amount']
);

select * from finish();
rollback;
