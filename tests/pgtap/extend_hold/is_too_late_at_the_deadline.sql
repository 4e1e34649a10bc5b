begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as job \gset

select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset
select credits_tests.refuses(
  format('select credits.extend_hold(%L, %L)', :'job', '1 hour'),
  'PT409', 'wrong_state', '{"state": "expired"}', 'even if no sweeper ran'
);
select credits_tests.set_time('2030-01-01 00:59:59.999999Z') as before \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.extend_hold(%L, %L)', :'job', '1 hour')),
  '{"cost": 10, "replayed": false}', 'a microsecond before it does not'
);

select * from finish();
rollback;
