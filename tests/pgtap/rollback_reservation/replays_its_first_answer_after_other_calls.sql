begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(1000, 2000) as profile \gset
select format('credits.rollback_reservation(%L)', credits_tests.job(:'profile', 1500)) as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.job(:'profile', 3700) as another
\gset

select credits_tests.replays(:'call', :'first', 'the answer is that of the first call');
select is(credits_tests.buckets(:'profile'), '0 + 0', 'the buckets stay as they are now');

select * from finish();
rollback;
