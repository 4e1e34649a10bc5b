begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 0, '1 hour') as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.extend_hold(%L, %L)', :'job', '365 days')),
  jsonb_build_object('cost', 0, 'monthly_deducted', 0, 'addon_deducted', 0, 'seq', 1,
                     'hold_expires_at', '2031-01-01 00:00Z'::timestamptz),
  'by up to 365 days'
);

select * from finish();
rollback;
