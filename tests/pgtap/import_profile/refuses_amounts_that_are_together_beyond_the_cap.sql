-- Nothing that is added up of an import can overflow then.
begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.refuses(
  $$
    select credits.import_profile(
      gen_random_uuid(), 0, 0, '{}',
      array[
        row('1', '2025-01-01', 'monthly', null, 9007199254740991, null)::credits.legacy_entry,
        row('2', '2025-01-02', 'monthly', null, -1, null)::credits.legacy_entry
      ],
      array['balance_mismatch'])
  $$,
  'PT400', 'invalid_amount',
  '{"parameter": "entries", "value": 9007199254740992, "minimum": 0, "maximum": 9007199254740991}',
  'the rows of its ledger'
);
select credits_tests.refuses(
  $$
    select credits.import_profile(
      gen_random_uuid(), -9007199254740991, -1, accept => array['negative_balance',
                                                                'balance_mismatch'])
  $$,
  'PT400', 'invalid_amount',
  '{"parameter": "addon_credits", "value": -9007199254740992, "minimum": -9007199254740991,
    "maximum": 9007199254740991}',
  'what it owes in both buckets'
);

select * from finish();
rollback;
