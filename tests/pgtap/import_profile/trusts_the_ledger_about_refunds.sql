begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
         500, 0, array[credits_tests.old_job('A', 200)],
         credits_tests.old_ledger('+500 signup', '-200 job create: @A', '+200 job refund: @A'),
         '{refund_interrupted}') as refunded,
       credits_tests.imported(
         300, 0, array[credits_tests.old_job('B', 200, false)],
         credits_tests.old_ledger('+500 signup', '-200 job create: @B'),
         '{refund_interrupted}') as marked
\gset

select is(
  credits_tests.job_row(credits_tests.old_id('A')) ->> 'state', 'refunded',
  'a job that is still marked as deducted is refunded'
);
select is(
  credits_tests.job_row(credits_tests.old_id('B')) ->> 'state', 'reserved',
  'a job that is marked as refunded is not'
);
select credits_tests.sound(:'refunded');
select credits_tests.sound(:'marked');

select * from finish();
rollback;
