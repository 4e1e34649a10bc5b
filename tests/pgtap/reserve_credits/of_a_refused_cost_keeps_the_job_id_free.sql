begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 100) as profile, gen_random_uuid() as job \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, 101)', :'profile', :'job'),
  'PT402', 'insufficient_credits',
  '{"required": 101, "available": 100, "monthly": 0, "addon": 100}', 'too much at first'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, %L, 100)', :'profile', :'job')),
  '{"cost": 100, "replayed": false}', 'then another cost under the same id'
);

select * from finish();
rollback;
