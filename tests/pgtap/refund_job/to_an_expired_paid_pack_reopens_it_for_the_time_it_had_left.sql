begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.set_time('2030-01-22 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'paid') as pack \gset
select credits_tests.job(:'profile', 30) as job,
       credits_tests.set_time('2030-03-01 12:00Z') as later
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"addon_refunded": 30, "addon_lapsed": 0, "previous_balance": 0, "new_balance": 30, "seq": 5}',
  'what was left has lapsed, what was taken is back'
);
select credits_tests.shows(
  (select to_jsonb(k) from credits.packs k where k.profile_id = :'profile'),
  jsonb_build_object('remaining', 30, 'expires_at', '2030-03-11 12:00Z'::timestamptz,
                     'granted_until', '2030-02-01 00:00Z'::timestamptz),
  'for ten days more'
);
select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'),
  '2030-03-11 12:00Z'::timestamptz, 'the profile knows the deadline'
);
select credits_tests.set_time('2030-03-11 12:00Z') as later \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')), '{"available": 0}',
  'then it expires'
);
select is(
  credits_tests.history(:'profile', 3), 'lapse +0 -20, refund +0 +30, lapse +0 -30', 'the ledger'
);
select credits_tests.sound(:'profile');

-- A pack that was reopened and has expired again.
select credits_tests.set_time('2030-01-30 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'paid') as pack \gset
select credits_tests.job(:'profile', 50) as job,
       credits_tests.set_time('2030-03-01 00:00Z') as later
\gset
select credits_tests.refund(:'job', 20, 'part-1') as done,
       credits_tests.set_time('2030-04-01 00:00Z') as later
\gset
select credits_tests.refund(:'job') as done \gset

select credits_tests.shows(
  (select to_jsonb(k) from credits.packs k where k.profile_id = :'profile'),
  jsonb_build_object('remaining', 30, 'expires_at', '2030-04-03 00:00Z'::timestamptz),
  'for the two days it had left when the job took from it'
);
select is(
  credits_tests.history(:'profile', 3), 'refund +0 +20, lapse +0 -20, refund +0 +30', 'the ledger'
);
select credits_tests.sound(:'profile');

-- At the very instant at which it expires.
select credits_tests.set_time('2030-01-22 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'paid') as pack \gset
select credits_tests.job(:'profile', 30) as job,
       credits_tests.set_time('2030-02-01 00:00Z') as at_its_end
\gset
select credits_tests.refund(:'job') as done \gset

select credits_tests.shows(
  (select to_jsonb(k) from credits.packs k where k.profile_id = :'profile'),
  jsonb_build_object('remaining', 30, 'expires_at', '2030-02-11 00:00Z'::timestamptz),
  'it is over, and reopens'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
