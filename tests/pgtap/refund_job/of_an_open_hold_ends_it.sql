begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'part-1')),
  '{"state": "reserved", "amount": 100}', 'a part leaves it open'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "amount": 1900, "new_balance": 5500}', 'while still reserved'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object('hold_due_at', null,
                     'hold_expires_at', '2030-01-01 01:00Z'::timestamptz),
  'the job has no deadline any more'
);
select credits_tests.set_time('2030-01-01 01:00Z') as later \gset
select is_empty(
  format('select from credits.expire_holds(10000) r where r.profile_id = %L', :'profile'),
  'and expires no more'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
