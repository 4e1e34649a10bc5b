begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 9007199254739500) as profile \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%L, 992, %L)', :'profile', 'order-1'),
  'PT400', 'invalid_amount',
  '{"parameter": "amount", "value": 992, "minimum": 1, "maximum": 991}',
  'one credit more than fits is refused'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 991, %L)', :'profile', 'order-1')),
  '{"amount": 991, "replayed": false}',
  'what fits exactly is granted'
);
select is(credits_tests.buckets(:'profile'), '500 + 9007199254740491', 'the profile is full');
select credits_tests.refuses(
  format('select credits.grant_addon(%L, 1, %L)', :'profile', 'order-2'),
  'PT400', 'invalid_amount',
  '{"parameter": "amount", "value": 1, "minimum": 1, "maximum": 0}',
  'a full profile takes nothing'
);
select matches(
  credits_tests.hint(format('select credits.grant_addon(%L, 1, %L)', :'profile', 'order-2')),
  '^The profile is too full: .* fits here now is 0', 'it says so'
);

-- A profile that a refund filled above its cap.
select credits_tests.profile(0, 9007199254740991) as profile \gset
select credits_tests.job(:'profile', 1000) as job \gset
select credits_tests.grant_credits(:'profile', 1000, 'order-1'),
       credits_tests.refund(:'job') as done
\gset

select throws_ok(
  format('select credits.grant_addon(%L, 1, %L)', :'profile', 'order-2'),
  'PT400', 'invalid_amount',
  'a refund may fill the profile above its cap, a grant may not'
);
select is(credits_tests.buckets(:'profile'), '0 + 9007199254741991', 'it holds what it held');

select * from finish();
rollback;
