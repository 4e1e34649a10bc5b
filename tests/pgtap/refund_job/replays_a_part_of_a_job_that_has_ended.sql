begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as one, credits_tests.job(:'profile', 2000) as two \gset
select format('credits.refund_job(%L, 300, %L)', :'one', 'part-1') as call_one,
       format('credits.refund_job(%L, 300, %L)', :'two', 'part-1') as call_two
\gset
select credits_tests.answer(:'call_one') as first_one,
       credits_tests.answer(:'call_two') as first_two
\gset
select credits_tests.answer(format('credits.refund_job(%L)', :'one')),
       credits_tests.answer(format('credits.rollback_reservation(%L)', :'two')) as done
\gset

select credits_tests.replays(
  :'call_one', :'first_one'::jsonb || '{"state": "refunded"}',
  'the part is answered as at first, with the state of the job now: refunded'
);
select credits_tests.replays(
  :'call_two', :'first_two'::jsonb || '{"state": "rolled_back"}',
  'the part is answered as at first, with the state of the job now: rolled back'
);

select * from finish();
rollback;
