begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 9007199254740000) as profile \gset

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
select is(credits_tests.buckets(:'profile'), '500 + 9007199254740991', 'the bucket is full');
select credits_tests.refuses(
  format('select credits.grant_addon(%L, 1, %L)', :'profile', 'order-2'),
  'PT400', 'invalid_amount',
  '{"parameter": "amount", "value": 1, "minimum": 1, "maximum": 0}',
  'a full bucket takes nothing'
);

select * from finish();
rollback;
