begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.refuses(
  format('select credits.check_legacy_profile(' || c.arguments || ')', c.entries),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', 'null, 0, 0', null::credits.legacy_entry[],
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('the history adds up to more than the cap', 'gen_random_uuid(), 0, 0, entries => %L',
   credits_tests.old_ledger('+9007199254740991 purchase', '-1 addon'),
   'invalid_amount', '{"parameter": "entries", "value": 9007199254740992, "minimum": 0,
                       "maximum": 9007199254740991}'),
  ('the history adds up to more than a bigint', 'gen_random_uuid(), 0, 0, entries => %L',
   array_fill(row('1', '2025-01-01', 'addon', null, 1e16, null)::credits.legacy_entry,
              array[2000]),
   'invalid_amount', '{"parameter": "entries", "value": 9223372036854775807, "minimum": 0,
                       "maximum": 9007199254740991}')
) c (what, arguments, entries, token, detail);

select * from finish();
rollback;
