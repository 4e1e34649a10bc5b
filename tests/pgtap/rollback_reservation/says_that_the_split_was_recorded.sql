begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select is(
  credits_tests.answer(format('credits.rollback_reservation(%L)', :'job')) ->> 'breakdown_source',
  'recorded', 'when it gives the credits back'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.rollback_reservation(%L)', :'job')),
  '{"breakdown_source": "recorded", "replayed": true}', 'and again'
);

select * from finish();
rollback;
