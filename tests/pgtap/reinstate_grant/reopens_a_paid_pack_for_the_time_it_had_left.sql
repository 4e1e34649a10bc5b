begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 9) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.revoke(:'profile', 'pack 50', 10) as done,
       credits_tests.set_time('2030-01-30 00:00Z') as later
\gset
select credits_tests.revoke(:'profile', 'pack 50', 50) as done,
       credits_tests.set_time('2030-05-01 00:00Z') as much_later
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L)',
                              :'profile', 'pack 50', 'why', 'who')),
  '{"previous_balance": 9, "new_balance": 59}', 'all of it comes back'
);
select is(
  (select k.expires_at from credits.packs k where k.profile_id = :'profile'),
  '2030-05-03 00:00Z'::timestamptz, 'for the two days left at the latest collection'
);
select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'),
  '2030-05-03 00:00Z'::timestamptz, 'the profile knows the deadline'
);
select credits_tests.sound(:'profile');

-- Collected in several calls.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'paid') as pack \gset
select credits_tests.revoke(:'profile', 'pack 50', 20) as done,
       credits_tests.job(:'profile', 30) as job
\gset
select credits_tests.set_time('2030-01-31 00:00Z') as later,
       credits_tests.answer(format('credits.revoke_grant(%L, %L, 40, %L, %L)',
                                   :'profile', 'pack 50', 'why', 'who')) ->> 'collected'
         as collected_then
\gset
select credits_tests.set_time('2030-03-01 00:00Z') as much_later,
       credits_tests.answer(format('credits.revoke_grant(%L, %L, 50, %L, %L)',
                                   :'profile', 'pack 50', 'why', 'who')) ->> 'collected'
         as collected_last
\gset

select is(
  concat(:'collected_then', ', ', :'collected_last'), '20, 20',
  'the last call collected nothing more'
);
select credits_tests.reinstate(:'profile', 'pack 50') as done \gset
select credits_tests.shows(
  (select to_jsonb(k) from credits.packs k where k.profile_id = :'profile'),
  jsonb_build_object('remaining', 20, 'expires_at', '2030-04-01 00:00Z'::timestamptz),
  'only calls that collected something count'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
