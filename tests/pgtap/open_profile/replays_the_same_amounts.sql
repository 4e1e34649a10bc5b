begin;
\ir ../helpers.psql
select plan(4);

select format('credits.open_profile(%L, 500, 5000)', gen_random_uuid()) as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.replays(:'call', :'first', 'the same call again answers the same');

select format('credits.open_profile(%L)', gen_random_uuid()) as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.replays(:'call', :'first', 'so does the same call without amounts');

-- After other calls.
select gen_random_uuid() as profile \gset
select format('credits.open_profile(%L, 500, 5000)', :'profile') as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.replays(:'call', :'first', 'the answer is that of the first call');
select is(credits_tests.buckets(:'profile'), '0 + 3500', 'the buckets stay as they are now');

select * from finish();
rollback;
