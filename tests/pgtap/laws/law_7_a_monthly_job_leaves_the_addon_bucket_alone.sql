begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(2000, 5000) as profile \gset
select credits_tests.job(:'profile', 1500) as job \gset
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'when it takes credits');
select credits_tests.refund(:'job') as done \gset
select is(credits_tests.buckets(:'profile'), '2000 + 5000', 'when it gives them back');

select * from finish();
rollback;
