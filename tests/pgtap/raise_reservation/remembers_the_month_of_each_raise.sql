begin;
\ir ../helpers.psql
select plan(4);

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(100, 0) as profile \gset
select credits_tests.job(:'profile', 60) as job \gset
select credits_tests.raise_job(:'job', 100),
       credits_tests.renew(:'profile', '2020-02-01 00:00Z', 300, 10),
       credits_tests.raise_job(:'job', 150),
       credits_tests.renew(:'profile', '2020-03-01 00:00Z', 300, 20),
       credits_tests.settle(:'job', 180)
\gset done_

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 30, %L)', :'job', 'part-1')),
  '{"monthly_refunded": 30, "monthly_lapsed": 0}', 'what it drew when it settled is of this month'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 50, %L)', :'job', 'part-2')),
  '{"monthly_refunded": 50, "monthly_lapsed": 50}',
  'of the second raise nothing: the rollover of its month was full'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"monthly_refunded": 100, "monthly_lapsed": 100}', 'nor of the month before'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
