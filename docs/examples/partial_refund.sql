-- A job of 2,000 rows from 500 monthly + 5,000 addon credits; 600 rows fail, later 1,200 more.
-- Last in, first out: addon credits were taken last, so they come back first.
select available
  from credits.open_profile('11111111-1111-4111-8111-111111111111', 500, 5000);
select monthly_deducted, addon_deducted
  from credits.reserve_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         job_id => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
         cost => 2000);

select state, monthly_refunded, addon_refunded, replayed
  from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 600, 'batch-1');
select state, monthly_refunded, addon_refunded, replayed
  from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 1200, 'batch-2');

-- The same refund_id again: the same answer, and nothing moves.
select state, monthly_refunded, addon_refunded, replayed
  from credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 1200, 'batch-2');

-- More than the job still holds is refused, and nothing moves.
select credits.refund_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 201, 'batch-3');

-- What the job has kept: the first 200 credits that it drew.
select j.state, j.monthly_deducted - j.monthly_refunded as monthly_kept,
       j.addon_deducted - j.addon_refunded as addon_kept
  from credits.jobs j
 where j.id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
