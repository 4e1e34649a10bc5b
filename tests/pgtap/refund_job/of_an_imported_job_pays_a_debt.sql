begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported(
  0, -1500, array[credits_tests.old_job('A', 2000)],
  credits_tests.old_ledger('+500 signup', '-2000 job create: @A'), '{negative_balance}'
) as profile \gset
select credits_tests.answer(format('credits.refund_job(%L)', credits_tests.old_id('A'))) as done
\gset

select is(credits_tests.buckets(:'profile'), '500 + 0', 'the debt that the job had made');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
