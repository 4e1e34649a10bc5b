begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(9, 9000) as other \gset
select credits_tests.job(:'other', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, %s)', :'profile', :'job', c.cost),
  'PT409', 'job_conflict', '{}',
  format('a cost of %s is refused', c.cost)
)
from (values (2000), (7)) c (cost);

select * from finish();
rollback;
