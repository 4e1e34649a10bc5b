begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.refuses(
  'select credits.get_statement(gen_random_uuid())',
  'PT404', 'profile_not_found', '{}',
  'a profile that nobody opened is refused'
);
select credits_tests.refuses(
  'select credits.get_statement(gen_random_uuid(), 0)',
  'PT400', 'invalid_amount',
  '{"parameter": "before_seq", "value": 0, "minimum": 1, "maximum": 9007199254740991}',
  'arguments are checked first'
);

select * from finish();
rollback;
