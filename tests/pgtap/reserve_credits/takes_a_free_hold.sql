begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.hold(:'profile', 0, '1 hour') as job \gset

select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object('state', 'reserved', 'hold_due_at', '2030-01-01 01:00Z'::timestamptz),
  'it has a deadline'
);
select credits_tests.set_time('2030-01-01 01:00Z') as later,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as swept
\gset
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"state": "expired", "closing_seq": 1}', 'and expires'
);
select is(credits_tests.history(:'profile'), null, 'without a ledger row');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
