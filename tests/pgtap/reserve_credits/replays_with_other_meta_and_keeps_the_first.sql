begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(
  format('credits.reserve_credits(%L, %L, 2000, %L)', :'profile', :'job', '{"file": "a"}')
) as first \gset

select credits_tests.replays(
  format('credits.reserve_credits(%L, %L, 2000, %L)', :'profile', :'job', '{"file": "b"}'),
  :'first',
  'meta is not compared'
);
select is(
  credits_tests.job_row(:'job') #>> '{meta_json,file}',
  'a',
  'the meta of the first call stays'
);

select * from finish();
rollback;
