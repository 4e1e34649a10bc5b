-- Two profiles are granted what they bought. The last element repeats the first: it answers the same
-- and adds nothing.
select position, (granted).amount, (granted).new_balance, (granted).replayed
  from credits.grant_addon_many('[
         {"profile_id": "a1a1a1a1-a1a1-4a1a-8a1a-a1a1a1a1a1a1", "amount": 1000,
          "reference": "order-2001"},
         {"profile_id": "a2a2a2a2-a2a2-4a2a-8a2a-a2a2a2a2a2a2", "amount": 300,
          "reference": "order-2002", "expires_at": "2099-01-01T00:00:00Z", "kind": "promo"},
         {"profile_id": "a1a1a1a1-a1a1-4a1a-8a1a-a1a1a1a1a1a1", "amount": 1000,
          "reference": "order-2001"}
       ]');
