begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 40) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z'),
       credits_tests.pack(:'profile', 60, '2030-03-01 00:00Z')
\gset pack_
select credits_tests.job(:'profile', 130) as job,
       credits_tests.revoke(:'profile', 'pack 60') as done
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"addon_refunded": 130, "addon_revoked": 60, "new_balance": 90}', 'only what came to that pack'
);
select is(credits_tests.packs(:'profile'), '50 0', 'the packs');
select credits_tests.sound(:'profile');

-- The pack has expired meanwhile: what the dispute does not take reopens it.
select credits_tests.set_time('2030-01-20 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-22 00:00Z') as pack \gset
select credits_tests.job(:'profile', 50) as job,
       credits_tests.revoke(:'profile', 'pack 50', 30) as done
\gset
select credits_tests.set_time('2030-05-01 00:00Z') as later \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.rollback_reservation(%L)', :'job')),
  '{"addon_refunded": 50, "addon_revoked": 30, "new_balance": 20}', 'the rest is the customer''s'
);
select credits_tests.set_time('2030-06-01 00:00Z') as much_later,
       credits_tests.reinstate(:'profile', 'pack 50') as done
\gset
select credits_tests.shows(
  (select to_jsonb(k) from credits.packs k where k.profile_id = :'profile'),
  jsonb_build_object('remaining', 30, 'expires_at', '2030-06-03 00:00Z'::timestamptz),
  'a dispute that is won gives it the time back that it had left then'
);
select credits_tests.sound(:'profile');

-- Of a promo pack that has expired all lapses, and nothing waits for it any more.
select credits_tests.set_time('2030-01-20 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-22 00:00Z', 'promo') as pack \gset
select credits_tests.job(:'profile', 50) as job,
       credits_tests.revoke(:'profile', 'pack 50', 30) as done
\gset
select credits_tests.set_time('2030-05-01 00:00Z') as later,
       credits_tests.refund(:'job') as refunded
\gset
select is(
  credits_tests.revocations(:'profile') || '; ' || credits_tests.history(:'profile', 4),
  'dispute-1 open 30 = 0 + 0 + 30; refund +0 +50, lapse +0 -50', 'it has lapsed'
);
select credits_tests.sound(:'profile');

-- A draw at the very moment of the expiry had no time left: a paid pack takes it back all the same.
select credits_tests.set_time('2030-01-20 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-22 00:00Z') as pack \gset
select credits_tests.job(:'profile', 50) as job,
       credits_tests.revoke(:'profile', 'pack 50', 30) as done
\gset
update credits.pack_draws d
   set time_left = '-1 second'
 where d.profile_id = :'profile';
select credits_tests.set_time('2030-05-01 00:00Z') as later \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"addon_refunded": 50, "addon_lapsed": 0, "addon_revoked": 30, "new_balance": 20}',
  'the dispute gets its part'
);
select is(credits_tests.revocations(:'profile'), 'dispute-1 open 30 = 30 + 0 + 0', 'collected');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
