begin;
\ir ../helpers.psql
select plan(2);

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
  'what a job took comes back, cap or not'
);

select * from finish();
rollback;
