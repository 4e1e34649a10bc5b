begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-03-10 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
set local time zone 'America/New_York';
select credits_tests.hold(:'profile', 10, '1 hour') as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.extend_hold(%L, %L)', :'job', '1 day')),
  jsonb_build_object('hold_expires_at', '2030-03-11 00:00Z'::timestamptz),
  'also on the day the clocks change'
);

select * from finish();
rollback;
