begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 9) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.revoke(:'profile', 'pack 50', 10, 'refund-1') as done,
       credits_tests.set_time('2030-01-30 00:00Z') as later
\gset
select credits_tests.revoke(:'profile', 'pack 50', null, 'dispute-1') as done,
       credits_tests.set_time('2030-05-01 00:00Z') as much_later
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L, %L)',
                              :'profile', 'pack 50', 'dispute-1', 'why', 'who')),
  '{"previous_balance": 9, "new_balance": 49}', 'what the dispute took comes back'
);
select is(
  (select k.expires_at from credits.packs k where k.profile_id = :'profile'),
  '2030-05-03 00:00Z'::timestamptz, 'for the two days left when the dispute took it'
);
select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'),
  '2030-05-03 00:00Z'::timestamptz, 'the profile knows the deadline'
);
select credits_tests.sound(:'profile');

select credits_tests.reinstate(:'profile', 'pack 50', 'refund-1') as done \gset
select credits_tests.shows(
  (select to_jsonb(k) from credits.packs k where k.profile_id = :'profile'),
  jsonb_build_object('remaining', 50, 'expires_at', '2030-05-03 00:00Z'::timestamptz),
  'the refund joins it'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
