begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.refuses(
  format('select credits.check_legacy_profile(gen_random_uuid(), 0, 0, entries => %L)', c.entries),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'entries', 'value', c.sum, 'minimum', 0,
                     'maximum', 9007199254740991),
  format('%s in all is refused', c.sum)
)
from (values
  (credits_tests.old_ledger('+9007199254740991 purchase', '-1 addon'), 9007199254740992),
  (array_fill(row('1', '2025-01-01', 'addon', null, 1e16, null)::credits.legacy_entry,
              array[2000]), 9223372036854775807)
) c (entries, sum);
select is(
  credits_tests.damage(0, 9007199254740989, '{}',
                       credits_tests.old_ledger('+9007199254740990 purchase', '-1 addon')),
  null, 'the cap itself is taken'
);

select * from finish();
rollback;
