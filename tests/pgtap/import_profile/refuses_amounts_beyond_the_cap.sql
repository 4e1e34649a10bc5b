begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.refuses(
  format('select credits.import_profile(gen_random_uuid(), %s, %s, entries => %L, accept => %L)',
         c.monthly, c.addon, c.entries,
         array(select d.kind from credits_tests.damaged_profiles() d)),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', c.parameter, 'value', c.value, 'minimum', c.minimum,
                     'maximum', 9007199254740991),
  format('%s for %s is refused', c.value, c.parameter)
)
from (values
  (-1::numeric, -9007199254740991::numeric, '{}'::credits.legacy_entry[], 'addon_credits',
   -9007199254740992, -9007199254740991),
  (-1e30, -1e30, '{}', 'addon_credits', -18014398509481982, -9007199254740991),
  (0, 0, credits_tests.old_ledger('+9007199254740991 purchase', '-1 addon'), 'entries',
   9007199254740992, 0)
) c (monthly, addon, entries, parameter, value, minimum);
select is(
  credits_tests.buckets(credits_tests.imported(
    -1, -9007199254740990, '{}', credits_tests.old_ledger('+9007199254740990 purchase', '-1 addon'),
    '{negative_balance,balance_mismatch}')),
  '0 + -9007199254740991', 'the cap itself is taken'
);

select * from finish();
rollback;
