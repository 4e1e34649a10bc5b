begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(1000, 2000) as profile \gset
select format('credits.rollback_reservation(%L)', credits_tests.job(:'profile', 1500)) as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'the same call again answers the same');
select credits_tests.replays(:'call', :'first', 'and a third time');
select is(credits_tests.buckets(:'profile'), '1000 + 2000', 'the credits came back once');

select * from finish();
rollback;
