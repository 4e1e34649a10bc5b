begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.profile(0, 0) as packed, credits_tests.profile(10, 0) as renewed,
       credits_tests.profile(10, 0) as late \gset
select credits_tests.pack(:'packed', 30, '2030-01-09 00:00Z', 'promo') as done \gset
select credits_tests.job(:'packed', 20) as a, credits_tests.job(:'renewed', 8) as b,
       credits_tests.hold(:'late', 8, '1 hour') as c \gset
update credits.settings set closed_period_refund = 'lapse';
select credits_tests.set_time('2030-01-05 00:00Z') as now \gset
select credits.renew_monthly(:'renewed', '2030-01-05 00:00Z', 0) as done \gset

select is(
  credits_tests.outcomes('settle_job_many',
    credits_tests.batch('{"actual_cost": 5}', 'job_id', :'a', :'b', :'c')),
  'done, done, done', 'all are settled'
);
select is(
  credits_tests.packs(:'packed') || ', ' || credits_tests.history(:'renewed', 3) || ', '
    || credits_tests.history(:'late', 2),
  '25, settle +3 +0, lapse -3 +0, expire +8 +0, settle -5 +0',
  'into the pack; with a lapse; late'
);
select credits_tests.sound(:'packed');

select * from finish();
rollback;
