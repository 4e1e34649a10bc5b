select monthly_deducted, addon_deducted
  from credits.reserve_credits(
         profile_id => '11111111-1111-4111-8111-111111111111',
         job_id => 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb',
         cost => 1200);
select state, amount, monthly_refunded, addon_refunded, new_balance
  from credits.rollback_reservation(job_id => 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb');
