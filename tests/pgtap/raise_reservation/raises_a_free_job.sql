begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select format('credits.reserve_credits(%L, %L, 0)', :'profile', :'job') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 600)', :'job')),
  '{"cost": 600, "monthly_deducted": 500, "addon_deducted": 100, "seq": 2}', 'from nothing'
);
select credits_tests.replays(:'call', :'first', 'its reservation is replayed as it was: free');
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "monthly_refunded": 500, "addon_refunded": 100}', 'all of it comes back'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'as it was before the job');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
