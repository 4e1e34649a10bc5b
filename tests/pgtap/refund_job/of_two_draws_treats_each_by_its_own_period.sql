begin;
\ir ../helpers.psql
select plan(3);

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(100, 0) as profile \gset
select credits_tests.job(:'profile', 100) as job \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 300, 10) as done \gset
select credits_tests.settle(:'job', 250) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 160, %L)', :'job', 'part-1')),
  '{"monthly_refunded": 160, "monthly_lapsed": 0, "new_balance": 310}',
  'the second draw is of this month; of the first the rollover had room for 10'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"monthly_refunded": 90, "monthly_lapsed": 90, "new_balance": 310}', 'the rest lapses'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
