begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select format('credits.reserve_credits(%L, %L, 0)', :'profile', :'job') as call \gset
select credits_tests.job(:'profile', 2000) as before_it \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.replays(:'call', :'first', 'the same call again answers the same');

select credits_tests.job(:'profile', 3000) as after_it \gset
select credits_tests.replays(:'call', :'first', 'also when the balance is another by now');
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as done \gset
select credits_tests.replays(:'call', :'first', 'also when the job is refunded');

select * from finish();
rollback;
