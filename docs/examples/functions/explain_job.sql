select seq, kind, monthly_delta, addon_delta, outstanding
  from credits.explain_job('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
