begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(300, 1000) as profile,
       credits_tests.profile(40, 7) as other
\gset
select credits_tests.pack(:'profile', 100, '2030-02-01Z', 'paid', 5),
       credits_tests.pack(:'profile', 50, '2030-03-01Z', 'promo', -3),
       credits_tests.pack(:'profile', 25, '2030-03-01Z'),
       credits_tests.pack(:'other', 50, '2030-03-01Z')
\gset g_
-- 350 are spent: the month, and the packs that are spent first.
select credits_tests.settle(credits_tests.job(:'profile', 375)) as done \gset

select is(
  credits_tests.answer(format('credits.move_credits(%L, %L, %L, %L, %L)', :'profile', :'other',
                              'merge-1', 'one person', 'ann')),
  jsonb_build_object(
    'profile_id', :'profile', 'to_profile_id', :'other', 'move_id', 'merge-1',
    'monthly_moved', 0, 'addon_moved', 1100, 'packs', 1, 'previous_balance', 97,
    'new_balance', 1197, 'seq', 7, 'to_seq', 4, 'replayed', false
  ),
  'what went, and what the other one has now'
);
select is(credits_tests.buckets(:'profile'), '0 + 0', 'nothing is left');
select is(credits_tests.buckets(:'other'), '40 + 1157', 'all of it is there');
select is(
  (select jsonb_agg(to_jsonb(k) - 'profile_id' - 'seq' order by k.seq)
     from credits.packs k where k.profile_id = :'other' and k.seq > 2),
  '[{"amount": 100, "remaining": 100, "lapsed": 0, "expires_at": "2030-02-01T00:00:00+00:00",
     "granted_until": "2030-02-01T00:00:00+00:00", "priority": 5, "kind": "paid",
     "notice_at": null}]'::jsonb,
  'the pack as it was'
);
select is(
  credits_tests.history(:'other', 2), 'move +0 +1000, move +0 +100',
  'a row for the rest and one for each pack'
);
select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'other'),
  '2030-02-01Z'::timestamptz, 'the other one knows when the pack expires'
);
select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'),
  null, 'the one has no pack to wait for'
);
select credits_tests.profile(0, 0) as early \gset
select credits_tests.pack(:'early', 10, '2030-02-01Z', 'promo', -1) as pack,
       credits.move_credits(:'early', :'other', 'merge-2', 'one person', 'ann') as done
\gset
select is(
  (select concat(r.monthly_deducted, ' + ', r.addon_deducted)
     from credits.reserve_credits(:'other', gen_random_uuid(), 30) r),
  '20 + 10', 'a pack that was spent before the month is so there, too'
);
select credits_tests.sound(:'early', 'the books of the third are sound');
select credits_tests.sound(:'profile', 'the books of the one are sound');
select credits_tests.sound(:'other', 'the books of the other are sound');

select * from finish();
rollback;
