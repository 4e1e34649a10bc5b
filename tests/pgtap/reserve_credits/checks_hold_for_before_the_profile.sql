begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.refuses(
  'select credits.reserve_credits(gen_random_uuid(), gen_random_uuid(), 1, hold_for => ''-1 day'')',
  'PT400', 'invalid_interval',
  '{"parameter": "hold_for", "value": "-1 days", "maximum": "365 days"}', 'arguments come first'
);
select credits_tests.refuses(
  'select credits.reserve_credits(gen_random_uuid(), gen_random_uuid(), 1, ''[]'', ''-1 day'')',
  'PT400', 'invalid_metadata', '{"type": "array"}', 'in the order of the parameters'
);

select * from finish();
rollback;
