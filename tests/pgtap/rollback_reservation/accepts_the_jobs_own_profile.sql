begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(1000, 2000) as profile \gset
select credits_tests.job(:'profile', 1500) as job \gset
select credits_tests.answer(format('credits.rollback_reservation(%L, %L)', :'job', :'profile'))
  as first \gset

select credits_tests.shows(
  :'first', '{"state": "rolled_back", "amount": 1500, "replayed": false}', 'it is rolled back'
);
select credits_tests.replays(
  format('credits.rollback_reservation(%L)', :'job'), :'first',
  'with and without the profile it is the same call'
);

select * from finish();
rollback;
