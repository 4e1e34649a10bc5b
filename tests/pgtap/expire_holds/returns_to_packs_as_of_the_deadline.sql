begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-01 02:00Z', 'promo') as pack \gset
select credits_tests.hold(:'profile', 20, '1 hour') as before,
       credits_tests.hold(:'profile', 10, '2 hours') as at_the_same_time,
       credits_tests.set_time('2030-01-05 00:00Z') as days_later
\gset

select results_eq(
  format('select r.amount, r.addon_lapsed, r.new_balance
            from credits.expire_holds(10000) r where r.profile_id = %L', :'profile'),
  'values (20::bigint, 0::bigint, 40::bigint), (10::bigint, 10::bigint, 0::bigint)',
  'a hold that ended before the pack joins it; at the same instant the pack went first'
);
select is(
  credits_tests.history(:'profile', 4), 'expire +0 +20, lapse +0 -40, expire +0 +10, lapse +0 -10',
  'however late the sweep'
);
select credits_tests.sound(:'profile');

-- A paid pack that expired before the hold.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-02 00:00Z', 'paid') as pack \gset
select credits_tests.hold(:'profile', 50, '2 days') as job,
       credits_tests.set_time('2030-01-03 12:00Z') as later
\gset

select credits_tests.shows(
  (select to_jsonb(r) from credits.expire_holds(10000) r where r.profile_id = :'profile'),
  '{"amount": 50, "addon_lapsed": 0, "new_balance": 50}', 'the credits are back'
);
select is(
  (select k.expires_at from credits.packs k where k.profile_id = :'profile'),
  '2030-01-04 00:00Z'::timestamptz, 'for the day it had left, counted from the deadline'
);
select credits_tests.set_time('2030-01-04 00:00Z') as later \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')), '{"available": 0}',
  'then it has expired'
);
select credits_tests.sound(:'profile');

-- A paid pack that expires again at once.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-02 00:00Z', 'paid') as pack \gset
select credits_tests.hold(:'profile', 50, '2 days') as job,
       credits_tests.set_time('2030-01-09 00:00Z') as later,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as balance
\gset

select is(
  credits_tests.history(:'profile', 3), 'expire +0 +50, lapse +0 -50',
  'the credits come back and lapse at once'
);
select credits_tests.shows(:'balance', '{"available": 0, "held": 0}', 'nothing is left');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
