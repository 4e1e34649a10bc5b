begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, %s)', :'profile', :'job', c.cost),
  'PT409', 'job_conflict', '{}',
  format('%s instead of 2000 is refused', c.cost)
)
from (values (0), (1999), (2001), (9007199254740991)) c (cost);

select * from finish();
rollback;
