-- A smaller plan in the middle of February, and the larger one again: nothing is gained by it.
select c.previous_allowance, c.allowance, c.owed, c.previous_balance, c.new_balance, c.seq
  from (values (300, 'evt_downgrade'), (800, 'evt_upgrade')) e (allowance, reference),
       credits.change_allowance(
         profile_id => '11111111-1111-4111-8111-111111111111',
         period_start => '2026-02-01 00:00+00',
         allowance => e.allowance,
         reference => e.reference) c;
