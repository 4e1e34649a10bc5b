begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset

select is(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L, %L, %L, -5, %L)',
                              :'profile', 'order-1', '2030-02-01 00:00Z', 'promo', 'spring')),
  jsonb_build_object(
    'profile_id', :'profile', 'reference', 'order-1', 'amount', 700, 'previous_balance', 5500,
    'new_balance', 6200, 'seq', 2, 'replayed', false,
    'expires_at', '2030-02-01 00:00Z'::timestamptz, 'kind', 'promo', 'priority', -5
  ),
  'the answer has the pack'
);
select is(
  (select to_jsonb(k) from credits.packs k where k.profile_id = :'profile'),
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 2, 'amount', 700, 'remaining', 700,
    'lapsed', 0,
    'expires_at', '2030-02-01 00:00Z'::timestamptz,
    'granted_until', '2030-02-01 00:00Z'::timestamptz, 'kind', 'promo', 'priority', -5,
    'notice_at', null
  ),
  'the table has the pack'
);
select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  '{"kind": "grant", "addon_delta": 700, "reference": "order-1", "actor": null,
    "reason": "addon grant: order-1 (addon: +700): spring"}',
  'the ledger row is that of any grant'
);
select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'),
  '2030-02-01 00:00Z'::timestamptz, 'the profile knows the deadline'
);
select credits_tests.sound(:'profile');

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L, %L)',
                              :'profile', 'order-1', '2030-02-01 00:00Z')),
  '{"kind": "paid", "priority": 0}', 'paid and of priority 0 by default'
);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.pack(:'profile', 2, '2030-02-02 00:00Z'),
       credits_tests.pack(:'profile', 1, '2030-02-01 00:00Z'),
       credits_tests.pack(:'profile', 3, '2030-02-03 00:00Z')
\gset pack_

select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'),
  '2030-02-01 00:00Z'::timestamptz, 'the profile knows the earliest of several deadlines'
);

select * from finish();
rollback;
