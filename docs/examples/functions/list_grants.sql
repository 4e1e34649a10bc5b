select reference, kind, amount, revoked, remaining
  from credits.list_grants('11111111-1111-4111-8111-111111111111');
