begin;
\ir ../helpers.psql
select plan(5);

select format('credits.grant_addon(%L, 700, %L)', credits_tests.profile(500, 5000), 'order-1')
  as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'the same call again answers the same');
select credits_tests.replays(:'call', :'first', 'and a third time');

-- After other calls.
select credits_tests.profile(500, 5000) as profile \gset
select format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1') as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.grant_credits(:'profile', 50, 'order-2'),
       credits_tests.job(:'profile', 6250)
\gset later_

select credits_tests.replays(:'call', :'first', 'the answer is that of the first call');
select is(credits_tests.buckets(:'profile'), '0 + 0', 'the buckets stay as they are now');

select credits_tests.profile(0, 9007199254740990) as profile \gset
select format('credits.grant_addon(%L, 1, %L)', :'profile', 'order-1') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'a replay needs no room in the bucket');

select * from finish();
rollback;
