begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported(
  -1, -9007199254740990, '{}', credits_tests.old_ledger('+9007199254740990 purchase', '-1 addon'),
  '{negative_balance,balance_mismatch}'
) as profile \gset

select is(
  credits_tests.buckets(:'profile'), '0 + -9007199254740991',
  'what is owed in both buckets, and the rows of the ledger'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
