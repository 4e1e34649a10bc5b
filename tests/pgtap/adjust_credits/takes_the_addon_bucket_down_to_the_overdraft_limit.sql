begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.set_overdraft(:'profile', 60) as done \gset

select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, 0, -5061, %L, %L)', :'profile', 'a', 'why', 'who'),
  'PT402', 'insufficient_credits',
  '{"required": 5061, "available": 5060, "monthly": 500, "addon": 5000}',
  'the addon bucket no further'
);
select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, -501, 0, %L, %L)', :'profile', 'a', 'why', 'who'),
  'PT402', 'insufficient_credits',
  '{"required": 501, "available": 500, "monthly": 500, "addon": 5000}',
  'the monthly bucket no further than 0'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.adjust_credits(%L, %L, 0, -5060, %L, %L)',
                              :'profile', 'a', 'why', 'who')),
  '{"addon_credits": -60, "available": 440}', 'the addon bucket to exactly the limit'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
