begin;
\ir ../helpers.psql
select plan(2);

select gen_random_uuid() as profile \gset
select format('credits.open_profile(%L, 500, 5000)', :'profile') as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.replays(:'call', :'first', 'the answer is that of the first call');
select is(credits_tests.buckets(:'profile'), '0 + 3500', 'the buckets stay as they are now');

select * from finish();
rollback;
