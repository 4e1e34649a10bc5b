begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 400) as early, credits_tests.job(:'profile', 400) as late \gset

select credits_tests.refund(:'early') as done \gset
select is(credits_tests.buckets(:'profile'), '400 + 4700', 'the first took 400 + 0');
select credits_tests.refund(:'late') as done \gset
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'the second took 100 + 300');

select * from finish();
rollback;
