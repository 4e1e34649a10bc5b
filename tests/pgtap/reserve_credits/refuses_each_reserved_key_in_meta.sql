begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 2000, %L)', :'profile', c.meta),
  'PT400', 'reserved_metadata_key',
  '{"reserved": ["credit_cost", "credits_deducted", "monthly_deducted", "addon_deducted",
                 "credits_refunded", "monthly_refunded", "addon_refunded"]}',
  format('%s is refused', c.meta)
)
from (values
  ('{"credit_cost": 2000}'),
  ('{"credits_deducted": false}'),
  ('{"monthly_deducted": 2000}'),
  ('{"addon_deducted": 0}'),
  ('{"credits_refunded": null}'),
  ('{"monthly_refunded": "0"}'),
  ('{"addon_refunded": []}'),
  ('{"file": "rows.csv", "credit_cost": 2000}')
) c (meta);

select * from finish();
rollback;
