begin;
\ir ../helpers.psql
select plan(2);

select array[credits_tests.old_job_with('A', '{}'), credits_tests.old_job_with('B', null),
             credits_tests.old_job('C', 7)] as jobs,
       credits_tests.old_ledger('+500 signup', '-8 job create: @C') as entries
\gset

select credits_tests.refuses(
  format('select credits.import_profile(gen_random_uuid(), 492, null, %L, %L, %L)',
         :'jobs', :'entries', c.accept),
  'PT422', 'legacy_damage', c.detail, c.accept
)
from (values
  ('{}', '{"meta_missing": 2, "cost_mismatch": 1, "null_balance": 1}'::jsonb),
  ('{cost_mismatch,null_balance}', '{"meta_missing": 2}')
) c (accept, detail);

select * from finish();
rollback;
