begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.refund_job(%L, 1600, %L)', :'job', 'part-1')) as done
\gset
select format('credits.refund_job(%L, 400, %L)', :'job', 'part-2') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'though nothing is out any more');
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'nothing came back twice');

select * from finish();
rollback;
