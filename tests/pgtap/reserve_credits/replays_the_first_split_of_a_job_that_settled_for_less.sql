begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(1000, 500) as profile, gen_random_uuid() as job \gset
select format('credits.reserve_credits(%L, %L, 1200)', :'profile', :'job') as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.answer(format('credits.settle_job(%L, 300)', :'job')) \gset done_

select credits_tests.replays(:'call', :'first', 'the job holds 300 monthly credits by now');

select * from finish();
rollback;
