begin;
\ir ../helpers.psql
select plan(3);

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(500, 0) as profile \gset
select credits_tests.job(:'profile', 100) as before_any_period \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'before_any_period')),
  '{"monthly_refunded": 100, "monthly_lapsed": 0}', 'before the first period'
);
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 800) as done \gset
select credits_tests.job(:'profile', 100) as job \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"monthly_refunded": 100, "monthly_lapsed": 0, "new_balance": 800}', 'within a period'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
