begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported(
  4000, 3500, array[credits_tests.old_job('A', 2000, false)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '+2000 job refund: @A', '+2000 job refund: @A'),
  '{duplicate_refund}'
) as profile \gset

select is(
  credits_tests.audit(:'profile'), '4: misplaced 1500, lost 1500, gained 1500, exact',
  'by then nothing of the job had come from addon'
);
select is(
  credits_tests.audit(credits_tests.imported(
    2200, 5000, '{}',
    credits_tests.old_ledger('+200 signup', '+5000 purchase', '+2000 job refund: @B'),
    '{job_missing}')),
  null, 'nor by the refund of what was never taken'
);

select * from finish();
rollback;
