begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported(
  0, 90, array[credits_tests.old_job('A', 2000), credits_tests.old_job('B', 700)],
  array[
    row('1', '2025-01-01 01:00Z', 'deduct', credits_tests.old_id('A'), -2000, null),
    row('2', '2025-01-01 02:00Z', 'reset_to', null, 500, null),
    row('3', '2025-01-01 03:00Z', 'deduct', credits_tests.old_id('B'), -700, null)
  ]::credits.legacy_entry[],
  '{history_truncated}'
) as profile \gset

select is(
  credits_tests.split(credits_tests.old_id('A')), '2000 + 0 assumed_monthly',
  'not what came before it'
);
select is(
  credits_tests.split(credits_tests.old_id('B')), '500 + 200 ledger', 'but what came after it'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
