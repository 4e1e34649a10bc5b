begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L, null, %L, 7)',
                              :'profile', 'order-1', 'promo')),
  '{"expires_at": null, "kind": "promo", "priority": null, "new_balance": 6200}',
  'a priority has no effect'
);
select is(credits_tests.packs(:'profile'), null, 'there is no pack');
select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'), null,
  'there is no deadline'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L, null, %L, 8)',
                              :'profile', 'order-1', 'promo')),
  '{"replayed": true, "kind": "promo"}', 'and is not compared'
);

select * from finish();
rollback;
