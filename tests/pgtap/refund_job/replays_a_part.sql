begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select format('credits.refund_job(%L, 1600, %L)', :'job', 'part-1') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'the same call again answers the same');
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.refund(:'job', 300, 'part-2') as second
\gset
select credits_tests.replays(:'call', :'first', 'even after other calls');
select is(credits_tests.buckets(:'profile'), '400 + 5700', 'each part came back once');

-- The last part.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.refund(:'job', 1600, 'part-1') as done \gset
select format('credits.refund_job(%L, 400, %L)', :'job', 'part-2') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'even when nothing is out any more');
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'nothing came back twice');

-- A part of a job that has ended since.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as one, credits_tests.job(:'profile', 2000) as two \gset
select format('credits.refund_job(%L, 300, %L)', :'one', 'part-1') as call_one,
       format('credits.refund_job(%L, 300, %L)', :'two', 'part-1') as call_two
\gset
select credits_tests.answer(:'call_one') as first_one,
       credits_tests.answer(:'call_two') as first_two
\gset
select credits_tests.refund(:'one'),
       credits_tests.roll_back(:'two') as done
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
