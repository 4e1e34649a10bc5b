begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(10, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-03-01 00:00Z') as later,
       credits_tests.pack(:'profile', 30, '2030-02-01 00:00Z') as sooner
\gset
select credits_tests.job(:'profile', 20) as job \gset
select credits_tests.raise_job(:'job', 25), credits_tests.raise_job(:'job', 50) \gset done_
select is(credits_tests.packs(:'profile'), '40 0', 'the one that expires first is spent first');
select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 100)', :'job')),
  '{"monthly_deducted": 10, "addon_deducted": 90}', 'then the other, and perpetual credits last'
);
select results_eq(
  format('select d.draw, d.position, d.amount from credits.pack_draws d where d.job_id = %L
           order by 1, 2', :'job'),
  'values (1, 1, 10::bigint), (2, 1, 5), (2, 2, 15), (2, 3, 10), (2, 4, 40)',
  'draws of one month that come back in one order are one'
);
select credits_tests.refund(:'job', 45, 'part-1') as done \gset
select is(credits_tests.packs(:'profile'), '35 0', 'perpetual credits and the last pack come back');
select credits_tests.refund(:'job') as done \gset
select is(credits_tests.packs(:'profile'), '50 30', 'then all others');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
