begin;
\ir ../helpers.psql
select plan(4);

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.set_time('2030-01-22 00:00Z') as now,
       credits_tests.profile(20, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'promo') as pack \gset
select credits_tests.job(:'profile', 70) as job,
       credits_tests.set_time('2030-02-01 00:00Z') as later
\gset
select credits_tests.renew(:'profile', '2030-02-01 00:00Z', 9, 5) as done \gset
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as first \gset

select credits_tests.shows(
  :'first', '{"monthly_lapsed": 15, "addon_lapsed": 50, "previous_balance": 9, "new_balance": 14}',
  'both are reported'
);
select is(
  credits_tests.history(:'profile', 4), 'refund +20 +50, lapse -15 -50', 'in one row'
);
select credits_tests.replays(
  format('credits.refund_job(%L)', :'job'), :'first', 'a replay answers the same'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
