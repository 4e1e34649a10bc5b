begin;
\ir ../helpers.psql
select plan(2);

select gen_random_uuid() as profile \gset
select credits_tests.shows(
  credits_tests.answer(
    format('credits.open_profile(%L, 9007199254740991, 9007199254740991)', :'profile')),
  '{"credits_remaining": 9007199254740991, "addon_credits": 9007199254740991}',
  'each bucket takes 2^53-1 credits'
);
select is(
  credits_tests.buckets(:'profile'),
  '9007199254740991 + 9007199254740991',
  'and holds them'
);

select * from finish();
rollback;
