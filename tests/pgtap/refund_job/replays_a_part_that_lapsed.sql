begin;
\ir ../helpers.psql
select plan(3);

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(500, 0) as profile \gset
select credits_tests.job(:'profile', 500) as job \gset
select credits_tests.answer(format('credits.renew_monthly(%L, %L, 800)',
                                   :'profile', '2030-02-01 00:00Z')) as done \gset
select credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'part-1')) as first
\gset

select credits_tests.shows(:'first', '{"monthly_lapsed": 100, "new_balance": 800}', 'it lapsed');
select credits_tests.replays(
  format('credits.refund_job(%L, 100, %L)', :'job', 'part-1'), :'first', 'the same answer'
);
select credits_tests.answer(format('credits.refund_job(%L, 50, %L)', :'job', 'part-2')) as second
\gset
select credits_tests.replays(
  format('credits.refund_job(%L, 100, %L)', :'job', 'part-1'), :'first', 'after another part'
);

select * from finish();
rollback;
