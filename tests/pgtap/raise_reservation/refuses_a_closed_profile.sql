begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 10) as job \gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.refuses(
  format('select credits.raise_reservation(%L, 11)', :'job'), 'PT410', 'profile_closed', '{}',
  'a closed profile gives nothing more'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 10)', :'job')),
  '{"cost": 10, "replayed": true}', 'what the job holds already is no more'
);

select * from finish();
rollback;
