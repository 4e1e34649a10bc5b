begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2030-01-01 00:00Z', 500),
       credits_tests.close(:'profile'),
       credits_tests.revoke_month(:'profile', '2030-01-01 00:00Z', 300)
\gset done_

select is(credits_tests.buckets(:'profile'), '200 + 0', 'a refund may come late');
select credits_tests.reinstate_month(:'profile', '2030-01-01 00:00Z') as done \gset
select is(credits_tests.buckets(:'profile'), '500 + 0', 'and a dispute may be won even later');

select * from finish();
rollback;
