begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset
select credits_tests.job(:'profile', 1100) as job \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 500) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, null, %L, %L)',
                              :'profile', 'order-1', 'dispute-1', 'why', 'who')),
  '{"collected": 100, "uncollected": 600}', 'only the addon bucket is collected from'
);
select is(credits_tests.buckets(:'profile'), '500 + 0', 'the buckets');

select * from finish();
rollback;
