begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select format('credits.reserve_credits(%L, %L, 20, spender => %L)', :'profile', :'job', 'ann')
       as call
\gset
select credits_tests.answer(:'call') as first \gset
select is(
  (select j.spender from credits.jobs j where j.id = :'job'), 'ann', 'the job has the spender'
);
select credits_tests.replays(:'call', :'first', 'the same call');
select credits_tests.replays(
  format('credits.reserve_credits(%L, %L, 20, spender => %L)', :'profile', :'job', 'bob'), :'first',
  'another spender is not compared'
);
select is(
  (select j.spender from credits.get_job(:'job') j), 'ann', 'and the first one stays'
);
select credits_tests.raise_job(:'job', 30) as raised, credits_tests.settle(:'job', 25) as settled
\gset
select is(
  (select j.spender from credits.jobs j where j.id = :'job'), 'ann',
  'also when it is raised and settled'
);
select is(
  (select j.spender from credits.jobs j where j.id = credits_tests.job(:'profile', 5)), null,
  'nobody need be named'
);

select * from finish();
rollback;
