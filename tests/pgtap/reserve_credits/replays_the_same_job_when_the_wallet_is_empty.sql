begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.reserve_credits(%L, %L, 2000)', :'profile', gen_random_uuid()) as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.job(:'profile', 3500) as another \gset

select credits_tests.replays(:'call', :'first', 'the answer is that of the first call');
select is(credits_tests.buckets(:'profile'), '0 + 0', 'the wallet is empty still');

select * from finish();
rollback;
