begin;
\ir ../helpers.psql
select plan(4);

-- 10 in January, 5 more in February; March carries 3.
select credits_tests.set_time('2030-01-01 00:00Z') as now, credits_tests.profile(10, 0) as profile \gset
update credits.settings set closed_period_refund = 'lapse';
select credits_tests.job(:'profile', 10) as job,
       credits_tests.renew(:'profile', '2030-02-01 00:00Z', 5, 0) as february
\gset
select credits_tests.settle(:'job', 15) as settled,
       credits_tests.renew(:'profile', '2030-03-01 00:00Z', 20, 3) as march
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 5, ''second'')', :'job')),
  '{"monthly_refunded": 5, "monthly_lapsed": 2, "new_balance": 23}',
  'of the second draw March would have carried 3'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"monthly_refunded": 10, "monthly_lapsed": 10, "new_balance": 23}',
  'and of the first draw February would have carried nothing'
);
select is(
  (select string_agg(concat(r.unused, ' ', r.carried), ', ' order by r.seq)
     from credits.renewals r where r.profile_id = :'profile'),
  '10 0, 5 3', 'the months know of both'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
