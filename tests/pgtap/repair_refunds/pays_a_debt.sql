begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported(
  2000, -500, array[credits_tests.old_job('A', 2000, false)],
  credits_tests.old_ledger('+500 signup', '+1000 purchase', '-2000 job create: @A',
                           '+2000 job refund: @A'),
  '{negative_balance}'
) as profile \gset

select is(
  credits_tests.repaired(:'profile'), '4: 1500 = 1500 taken + 0 written off',
  'it is repaired like any other'
);
select is(credits_tests.buckets(:'profile'), '500 + 1000', 'the debt came from the wrong refund');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
