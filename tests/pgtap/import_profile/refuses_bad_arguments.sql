begin;
\ir ../helpers.psql
select plan(9);

select jsonb_build_array(
  'null_balance', 'negative_balance', 'balance_mismatch', 'history_truncated', 'meta_missing',
  'cost_mismatch', 'deduction_missing', 'duplicate_deduction', 'duplicate_refund',
  'partial_refund', 'refund_interrupted', 'split_mismatch', 'job_missing', 'entry_unknown',
  'invalid_id', 'invalid_amount') as kinds
\gset

select credits_tests.refuses(
  'select credits.import_profile(' || c.arguments || ')', 'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', 'null, 0, 0', 'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('accept is null', 'gen_random_uuid(), 0, 0, accept => null',
   'missing_argument', '{"parameter": "accept"}'),
  ('accept has a null', 'gen_random_uuid(), 0, 0, accept => ''{null_balance,null}''',
   'missing_argument', '{"parameter": "accept"}'),
  -- Nothing that an import adds up can overflow.
  ('the history adds up to more than the cap',
   $$gen_random_uuid(), 0, 0, '{}',
     array[
       row('1', '2025-01-01', 'monthly', null, 9007199254740991, null)::credits.legacy_entry,
       row('2', '2025-01-02', 'monthly', null, -1, null)::credits.legacy_entry
     ],
     array['balance_mismatch']$$,
   'invalid_amount', '{"parameter": "entries", "value": 9007199254740992, "minimum": 0,
                       "maximum": 9007199254740991}'),
  ('the debts of both buckets add up to more than the cap',
   $$gen_random_uuid(), -9007199254740991, -1,
     accept => array['negative_balance', 'balance_mismatch']$$,
   'invalid_amount', '{"parameter": "addon_credits", "value": -9007199254740992,
                       "minimum": -9007199254740991, "maximum": 9007199254740991}')
) c (what, arguments, token, detail);
select credits_tests.refuses(
  format('select credits.import_profile(gen_random_uuid(), 0, 0, accept => %L)', c.accept),
  'PT400', 'invalid_option',
  jsonb_build_object('parameter', 'accept', 'value', c.word, 'allowed', :'kinds'::jsonb),
  format('accept is %s', c.accept)
)
from (values
  ('{all}', 'all'),
  ('{null_balance,nul_balance}', 'nul_balance'),
  ('{NULL_BALANCE}', 'NULL_BALANCE'),
  ('{profile_missing}', 'profile_missing') -- only the command line finds profiles that are missing
) c (accept, word);

select * from finish();
rollback;
