begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported(
  500, 3500, array[credits_tests.old_job('A', 2000, false)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '+2000 job refund: @A', '-1500 monthly renewal')
) as profile \gset

select is(
  credits_tests.repaired(:'profile'), '4: 1500 = 0 taken + 1500 written off',
  'none of it is left in the monthly bucket'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'as if the refund had been right');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
