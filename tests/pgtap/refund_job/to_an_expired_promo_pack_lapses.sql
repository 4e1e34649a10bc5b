begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-22 00:00Z') as now,
       credits_tests.profile(5, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'promo'),
       credits_tests.pack(:'profile', 60, '2030-03-01 00:00Z', 'promo')
\gset pack_
select credits_tests.job(:'profile', 5 + 50 + 60 + 7) as job,
       credits_tests.set_time('2030-02-01 00:00Z') as later
\gset
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as first \gset

select credits_tests.shows(
  :'first',
  '{"monthly_refunded": 5, "addon_refunded": 117, "monthly_lapsed": 0, "addon_lapsed": 50,
    "previous_balance": 93, "new_balance": 165, "seq": 5, "state": "refunded"}',
  'the answer says so; the rest comes back'
);
select is(credits_tests.packs(:'profile'), '0 60', 'the packs');
select is(
  credits_tests.history(:'profile', 4), 'refund +5 +117, lapse +0 -50', 'two ledger rows'
);
select credits_tests.replays(
  format('credits.refund_job(%L)', :'job'), :'first', 'a replay answers the same'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
