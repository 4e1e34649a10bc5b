begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 300, '1 hour') as job \gset
select credits_tests.raise_job(:'job', 900) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"available": 4600, "held": 900, "posted": 5500}', 'all that the job holds'
);
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset
select results_eq(
  'select h.amount, h.monthly_refunded, h.addon_refunded from credits.expire_holds() h',
  'values (900::bigint, 500::bigint, 400::bigint)', 'and gives back in time'
);

select * from finish();
rollback;
