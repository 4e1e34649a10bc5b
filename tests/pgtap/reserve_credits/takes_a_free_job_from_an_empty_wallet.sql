begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, gen_random_uuid(), 0)', :'profile')),
  '{"cost": 0, "previous_balance": 0, "new_balance": 0, "replayed": false}',
  'nothing costs nothing'
);

select * from finish();
rollback;
