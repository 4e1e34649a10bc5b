begin;
\ir ../helpers.psql
select plan(2);

select format('credits.open_profile(%L, 500, 5000)', gen_random_uuid()) as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.replays(:'call', :'first', 'the same call again answers the same');

select format('credits.open_profile(%L)', gen_random_uuid()) as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.replays(:'call', :'first', 'so does a call without amounts');

select * from finish();
rollback;
