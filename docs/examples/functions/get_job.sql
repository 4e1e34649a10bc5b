select state, reserved_cost, monthly_deducted, addon_deducted, outstanding
  from credits.get_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
