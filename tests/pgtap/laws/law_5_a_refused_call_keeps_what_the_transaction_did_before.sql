begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select credits_tests.answer(format('credits.reserve_credits(%L, %L, 2000)', :'profile', :'job'))
  as done \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 3501)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 3501, "available": 3500, "monthly": 0, "addon": 3500}',
  'the second job is refused'
);
select is(credits_tests.buckets(:'profile'), '0 + 3500', 'the first keeps its credits');
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"state": "reserved"}', 'the first keeps its row'
);

select * from finish();
rollback;
