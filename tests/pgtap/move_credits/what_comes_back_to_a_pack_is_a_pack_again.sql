begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other
\gset
select credits_tests.pack(:'profile', 100, '2030-01-03Z', 'paid', 4),
       credits_tests.pack(:'profile', 60, '2030-01-03Z', 'promo', 4)
\gset g_
select credits_tests.job(:'profile', 110) as job, credits_tests.job(:'profile', 50) as late \gset
select credits_tests.move(:'profile', :'other') as done \gset
select is(credits_tests.packs(:'other'), null, 'nothing was left');

select credits_tests.refund(:'job') as done \gset
select is(credits_tests.packs(:'other'), '100 10', 'a pack for each that got something back');
select is(
  (select string_agg(concat_ws(' ', k.kind, k.priority, k.expires_at at time zone 'UTC'), ', '
                     order by k.seq)
     from credits.packs k where k.profile_id = :'other'),
  'paid 4 2030-01-03 00:00:00, promo 4 2030-01-03 00:00:00', 'with its expiry, kind and priority'
);
select credits_tests.set_time('2030-01-05 00:00Z') as now \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'late')),
  '{"addon_refunded": 50, "addon_lapsed": 50}', 'a promo pack that is over stays over'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'other')), '{"available": 0}',
  'and what followed has lapsed as well'
);
select credits_tests.sound(null, 'all books are sound');

select * from finish();
rollback;
