begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported(
  490, 0, array[credits_tests.old_job('A', 10)],
  credits_tests.old_ledger('+500 signup')
    || row('2', '2025-01-01 02:00Z', null, credits_tests.old_id('A'), -10,
           format('job %s', credits_tests.old_id('B')))::credits.legacy_entry
) as profile \gset

select is(
  credits_tests.split(credits_tests.old_id('A')), '10 + 0 ledger', 'the job that was given'
);
select is(
  credits_tests.damage(
    490, 0, array[credits_tests.old_job('B', 10)],
    credits_tests.old_ledger('+500 signup')
      || row('2', '2025-01-01 02:00Z', null, 'none', -10,
             format('job %s', credits_tests.old_id('B')))::credits.legacy_entry),
  'balance_mismatch 1, deduction_missing 1, entry_unknown 1',
  'no other job, if the given id is not one'
);

select * from finish();
rollback;
