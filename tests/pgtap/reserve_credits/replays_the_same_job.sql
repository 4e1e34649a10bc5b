begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.reserve_credits(%L, %L, 2000)', :'profile', gen_random_uuid()) as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'the same call again answers the same');
select credits_tests.replays(:'call', :'first', 'and a third time');
select is(credits_tests.buckets(:'profile'), '0 + 3500', 'the credits were taken once');

-- When the wallet is empty.
select credits_tests.profile(500, 5000) as profile \gset
select format('credits.reserve_credits(%L, %L, 2000)', :'profile', gen_random_uuid()) as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.job(:'profile', 3500) as another \gset

select credits_tests.replays(:'call', :'first', 'the answer is that of the first call');
select is(credits_tests.buckets(:'profile'), '0 + 0', 'the wallet is still empty');

-- A free job.
select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select format('credits.reserve_credits(%L, %L, 0)', :'profile', :'job') as call \gset
select credits_tests.job(:'profile', 2000) as before_it \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.replays(:'call', :'first', 'the same call again answers the same');

select credits_tests.job(:'profile', 3000) as after_it \gset
select credits_tests.replays(:'call', :'first', 'even when the balance has changed');

select * from finish();
rollback;
