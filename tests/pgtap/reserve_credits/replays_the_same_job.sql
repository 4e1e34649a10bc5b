begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.reserve_credits(%L, %L, 2000)', :'profile', gen_random_uuid()) as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'the same call again answers the same');
select credits_tests.replays(:'call', :'first', 'and a third time');
select is(credits_tests.buckets(:'profile'), '0 + 3500', 'the credits were taken once');

select * from finish();
rollback;
