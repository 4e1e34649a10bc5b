begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select format('credits.refund_job(%L, 1600, %L)', :'job', 'part-1') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'the same call again answers the same');
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.refund_job(%L, 300, %L)', :'job', 'part-2')) as second
\gset
select credits_tests.replays(:'call', :'first', 'also after other calls');
select is(credits_tests.buckets(:'profile'), '400 + 5700', 'each part came back once');

select * from finish();
rollback;
