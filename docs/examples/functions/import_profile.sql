-- The profile of the previous example. The ledger says what the job without metadata cost.
select credits_remaining, addon_credits, jobs, entries, seq, replayed
  from credits.import_profile(
         profile_id => '33333333-3333-4333-8333-333333333333',
         credits_remaining => 1990,
         addon_credits => 3500,
         jobs => array[
           ('a3a3a3a3-a3a3-4a3a-8a3a-a3a3a3a3a3a3', 'refunded',
            '{"credit_cost": 2000, "credits_deducted": false}', '2025-03-05 10:00+00'),
           ('b3b3b3b3-b3b3-4b3b-8b3b-b3b3b3b3b3b3', 'Done', null, '2025-03-06 10:00+00')
         ]::credits.legacy_job[],
         entries => array[
           ('1', '2025-03-01 10:00+00', null, null, 500, 'signup: monthly credits'),
           ('2', '2025-03-02 10:00+00', null, null, 5000, 'addon purchase: order-7'),
           ('3', '2025-03-05 10:00+00', null, null, -2000,
            'job create: a3a3a3a3-a3a3-4a3a-8a3a-a3a3a3a3a3a3'),
           ('4', '2025-03-05 11:00+00', null, null, 2000,
            'job refund: a3a3a3a3-a3a3-4a3a-8a3a-a3a3a3a3a3a3'),
           ('5', '2025-03-06 10:00+00', null, null, -10,
            'job create: b3b3b3b3-b3b3-4b3b-8b3b-b3b3b3b3b3b3')
         ]::credits.legacy_entry[],
         accept => array['meta_missing']);

-- The job can be refunded now: it is as if it had been reserved here.
select amount, monthly_refunded, addon_refunded, breakdown_source
  from credits.refund_job(job_id => 'b3b3b3b3-b3b3-4b3b-8b3b-b3b3b3b3b3b3');
