begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1') as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.answer(format('credits.grant_addon(%L, 50, %L)', :'profile', 'order-2')),
       credits_tests.job(:'profile', 6250)
\gset later_

select credits_tests.replays(:'call', :'first', 'the answer is that of the first call');
select is(credits_tests.buckets(:'profile'), '0 + 0', 'the buckets stay as they are now');

select * from finish();
rollback;
