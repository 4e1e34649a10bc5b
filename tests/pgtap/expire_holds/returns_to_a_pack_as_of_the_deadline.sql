begin;
\ir ../helpers.psql
select plan(3);

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

select * from finish();
rollback;
