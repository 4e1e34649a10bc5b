begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1'))
  as done \gset

select credits_tests.refuses(
  format('select credits.grant_addon(gen_random_uuid(), 0, %L)', 'order-1'),
  'PT400', 'invalid_amount',
  '{"parameter": "amount", "value": 0, "minimum": 1, "maximum": 9007199254740991}',
  'arguments before the profile'
);
select credits_tests.refuses(
  format('select credits.grant_addon(%L, 9007199254740991, %L)', :'profile', 'order-1'),
  'PT409', 'reference_conflict',
  '{"parameter": "reference", "stored": 700, "given": 9007199254740991}',
  'the replay before the room in the bucket'
);

select * from finish();
rollback;
