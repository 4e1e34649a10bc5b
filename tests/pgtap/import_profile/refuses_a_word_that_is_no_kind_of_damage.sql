begin;
\ir ../helpers.psql
select plan(6);

select jsonb_build_array(
  'null_balance', 'negative_balance', 'balance_mismatch', 'history_truncated', 'meta_missing',
  'cost_mismatch', 'deduction_missing', 'duplicate_deduction', 'duplicate_refund',
  'partial_refund', 'refund_interrupted', 'split_mismatch', 'job_missing', 'entry_unknown',
  'invalid_id', 'invalid_amount') as kinds
\gset

select credits_tests.refuses(
  format('select credits.import_profile(gen_random_uuid(), 0, 0, accept => %L)', c.accept),
  'PT400', 'invalid_option',
  jsonb_build_object('parameter', 'accept', 'value', c.word, 'allowed', :'kinds'::jsonb),
  c.accept::text
)
from (values
  ('{all}', 'all'),
  ('{null_balance,nul_balance}', 'nul_balance'),
  ('{NULL_BALANCE}', 'NULL_BALANCE'),
  ('{profile_missing}', 'profile_missing') -- the command line finds it, where no profile is
) c (accept, word);
select credits_tests.refuses(
  format('select credits.import_profile(gen_random_uuid(), 0, 0, accept => %s)', c.accept),
  'PT400', 'missing_argument', '{"parameter": "accept"}', format('%s is refused', c.accept)
)
from (values ('null'), ('''{null_balance,null}''')) c (accept);

select * from finish();
rollback;
