begin;
\ir ../helpers.psql
select plan(5);

select gen_random_uuid() as job, credits_tests.profile(500, 5000) as profile \gset
select format('credits.reserve_credits(%L, %L, 2000)', :'profile', :'job') as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.replays(:'call', :'first', 'an earlier job is replayed');
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), %s)', :'profile', c.cost),
  'PT410', 'profile_closed', '{}', format('a new job of %s is refused', c.cost)
)
from (values (1), (0), (9007199254740991)) c (cost);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, 7)', :'profile', :'job'),
  'PT409', 'job_conflict', '{}', 'another cost is still a conflict'
);

select * from finish();
rollback;
