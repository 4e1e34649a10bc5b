select profile_id, kind, amount, revoked
  from credits.find_grants(reference => 'order-1001');
