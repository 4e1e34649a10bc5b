begin;
\ir ../helpers.psql
select plan(17);

select is(
  credits_tests.damage(300, 0, array[credits_tests.old_job_with('A', c.meta)],
                       credits_tests.old_ledger('+500 signup', '-200 job create: @A')),
  'meta_missing 1',
  coalesce(c.meta::text, 'null')
)
from (values
  (null::jsonb), ('null'), ('{}'), ('[]'), ('"text"'), ('{"credits_deducted": true}'),
  ('{"credit_cost": null}'), ('{"credit_cost": -200}'), ('{"credit_cost": 200.5}'),
  ('{"credit_cost": "many"}'), ('{"credit_cost": ""}'), ('{"credit_cost": [200]}'),
  ('{"credit_cost": 9007199254740992}'), ('{"credit_cost": 1e30}')
) c (meta);
select is(
  credits_tests.damage(300, 0, array[credits_tests.old_job_with('A', c.meta)],
                       credits_tests.old_ledger('+500 signup', '-200 job create: @A')),
  null,
  c.meta::text
)
from (values
  ('{"credit_cost": 200}'::jsonb), ('{"credit_cost": "200"}'), ('{"credit_cost": 200.0}')
) c (meta);

select * from finish();
rollback;
