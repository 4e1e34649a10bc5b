-- First what it would do, then for real. Another call repairs nothing twice.
select addon_restored, monthly_taken, written_off, previous_balance, new_balance, seq, replayed
  from credits.repair_refunds(
         profile_id => '33333333-3333-4333-8333-333333333333',
         reason => 'refund into the wrong bucket',
         actor => 'support',
         dry_run => true);
select addon_restored, monthly_taken, written_off, seq, replayed
  from credits.repair_refunds(
         profile_id => '33333333-3333-4333-8333-333333333333',
         reason => 'refund into the wrong bucket',
         actor => 'support');
select addon_restored, monthly_taken, written_off, seq, replayed
  from credits.repair_refunds(
         profile_id => '33333333-3333-4333-8333-333333333333',
         reason => 'refund into the wrong bucket',
         actor => 'support');
select credits_remaining, addon_credits, available
  from credits.get_balance('33333333-3333-4333-8333-333333333333');
