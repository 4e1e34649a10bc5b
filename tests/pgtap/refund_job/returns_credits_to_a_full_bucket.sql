begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 9007199254740991) as profile, gen_random_uuid() as job \gset
select credits.reserve_credits(:'profile', :'job', 9007199254740991) \g /dev/null
select credits.grant_addon(:'profile', 9007199254740991, 'order-1') \g /dev/null

select credits_tests.refuses(
  format($$ select credits.grant_addon(%L, 1, 'order-2') $$, :'profile'),
  'PT400', 'invalid_amount',
  '{"parameter": "amount", "value": 1, "minimum": 1, "maximum": 0}',
  'a grant stops at the cap'
);
select is(
  (select r.new_balance from credits.refund_job(:'job') r),
  2 * 9007199254740991,
  'what a job took comes back above the cap'
);

select credits_tests.profile(0, 9007199254740991) as profile \gset
select credits_tests.job(:'profile', 1000) as job \gset
select credits_tests.grant_credits(:'profile', 1000, 'order-1') as done \gset
select format('credits.refund_job(%L)', :'job') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.shows(
  :'first', '{"state": "refunded", "addon_refunded": 1000}', 'what comes back is never refused'
);
select is(credits_tests.buckets(:'profile'), '0 + 9007199254741991', 'the bucket holds it');
select credits_tests.replays(:'call', :'first', 'the same call again answers the same');

select * from finish();
rollback;
