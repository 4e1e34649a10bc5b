begin;
\ir ../helpers.psql
select plan(4);

update credits.settings s set closed_period_refund = 'restore';
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 800) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"monthly_refunded": 500, "addon_refunded": 1500, "monthly_lapsed": 0, "addon_lapsed": 0,
    "previous_balance": 4300, "new_balance": 6300}',
  'everything comes back'
);
select is(credits_tests.buckets(:'profile'), '1300 + 5000', 'on top of the new allowance');
select is(
  credits_tests.history(:'profile'),
  'reserve -500 -1500, renew +800 +0, refund +500 +1500',
  'the ledger'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
