begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.open_profile(%L, -1)', :'profile'),
  'PT400', 'invalid_amount',
  '{"parameter": "credits_remaining", "value": -1, "minimum": 0, "maximum": 9007199254740991}',
  'a bad amount for a profile that is already open'
);

select * from finish();
rollback;
