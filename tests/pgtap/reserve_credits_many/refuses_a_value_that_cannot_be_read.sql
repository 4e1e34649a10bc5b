begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits_many(%L)', jsonb_build_array(
    jsonb_build_object('profile_id', :'profile', 'job_id', gen_random_uuid(), 'cost', 5),
    c.element::jsonb)),
  'PT400', 'invalid_batch',
  '{"parameter": "reservations", "position": 2}' || c.detail,
  format('%s is refused, and with it the whole batch', c.element)
)
from (values
  ('{"profile_id": "x"}', jsonb '{"key": "profile_id", "value": "x", "type": "uuid"}'),
  ('{"job_id": 5}', '{"key": "job_id", "value": "5", "type": "uuid"}'),
  ('{"cost": 1.5}', '{"key": "cost", "value": "1.5", "type": "bigint"}'),
  ('{"cost": 9223372036854775808}',
   '{"key": "cost", "value": "9223372036854775808", "type": "bigint"}'),
  ('{"cost": true, "job_id": "x"}', '{"key": "job_id", "value": "x", "type": "uuid"}'),
  ('{"hold_for": "x"}', '{"key": "hold_for", "value": "x", "type": "interval"}'),
  ('{"meta": "x", "cost": []}', '{"key": "cost", "value": "[]", "type": "bigint"}')
) c (element, detail);

select * from finish();
rollback;
