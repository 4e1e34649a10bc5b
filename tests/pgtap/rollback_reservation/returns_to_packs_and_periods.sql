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
select credits_tests.answer(format('credits.rollback_reservation(%L)', :'job')) as first \gset

select credits_tests.shows(
  :'first',
  '{"state": "rolled_back", "amount": 70, "monthly_lapsed": 15, "addon_lapsed": 50,
    "new_balance": 14, "seq": 5}',
  'the answer has what lapsed, as a refund does'
);
select is(credits_tests.history(:'profile', 4), 'rollback +20 +50, lapse -15 -50', 'the ledger');
select credits_tests.replays(
  format('credits.rollback_reservation(%L)', :'job'), :'first', 'a replay answers the same'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
