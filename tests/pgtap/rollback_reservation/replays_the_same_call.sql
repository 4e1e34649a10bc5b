begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(1000, 2000) as profile \gset
select format('credits.rollback_reservation(%L)', credits_tests.job(:'profile', 1500)) as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'the same call again answers the same');
select credits_tests.replays(:'call', :'first', 'and a third time');
select is(credits_tests.buckets(:'profile'), '1000 + 2000', 'the credits came back once');

-- After other calls.
select credits_tests.profile(1000, 2000) as profile \gset
select format('credits.rollback_reservation(%L)', credits_tests.job(:'profile', 1500)) as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.job(:'profile', 3700) as another
\gset

select credits_tests.replays(:'call', :'first', 'the answer is that of the first call');
select is(credits_tests.buckets(:'profile'), '0 + 0', 'the buckets stay as they are now');

select * from finish();
rollback;
