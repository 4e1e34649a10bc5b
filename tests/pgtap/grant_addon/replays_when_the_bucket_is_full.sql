begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(0, 9007199254740990) as profile \gset
select format('credits.grant_addon(%L, 1, %L)', :'profile', 'order-1') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'a replay needs no room in the bucket');

select * from finish();
rollback;
