begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported(
  300, 0,
  array[credits_tests.old_job_with('A', '{}'), credits_tests.old_job('B', 49),
        credits_tests.old_job('C', 30)],
  credits_tests.old_ledger('+500 signup', '-90 job create: @A', '-50 job create: @B',
                           '-30 job create: @C', '-30 job create: @C'),
  '{meta_missing,cost_mismatch,duplicate_deduction}'
) as profile \gset

select is(credits_tests.split(credits_tests.old_id(c.name)), c.split, c.description)
  from (values
    ('A', '90 + 0 ledger', 'where the job states none'),
    ('B', '50 + 0 ledger', 'where the job states another'),
    ('C', '60 + 0 ledger', 'twice where it was taken twice')
  ) c (name, split, description);
select is(
  (select concat(f.amount, ', ', f.new_balance)
     from credits.refund_job(credits_tests.old_id('C')) f),
  '60, 360', 'all of it comes back'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
