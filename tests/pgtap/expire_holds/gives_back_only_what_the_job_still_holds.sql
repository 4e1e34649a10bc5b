begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job \gset
select credits_tests.answer(format('credits.refund_job(%L, 1600, %L)', :'job', 'part-1')) as done,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset

select credits_tests.shows(
  (select to_jsonb(r) from credits.expire_holds(10000) r where r.profile_id = :'profile'),
  '{"amount": 400, "monthly_refunded": 400, "addon_refunded": 0, "new_balance": 5500}',
  'the rest'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"monthly_refunded": 500, "addon_refunded": 1500}',
  'then everything is back'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
