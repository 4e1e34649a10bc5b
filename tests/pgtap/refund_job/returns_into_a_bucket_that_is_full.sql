begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 9007199254740991) as profile \gset
select credits_tests.job(:'profile', 1000) as job \gset
select credits_tests.answer(format('credits.grant_addon(%L, 1000, %L)', :'profile', 'order-1'))
  as done \gset
select format('credits.refund_job(%L)', :'job') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.shows(
  :'first', '{"state": "refunded", "addon_refunded": 1000}', 'what comes back is never refused'
);
select is(credits_tests.buckets(:'profile'), '0 + 9007199254741991', 'the bucket holds it');
select credits_tests.replays(:'call', :'first', 'the same call again answers the same');

select * from finish();
rollback;
