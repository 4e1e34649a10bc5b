begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, %s)', :'profile', :'job', c.cost),
  'PT409', 'job_conflict', '{}',
  format('%s instead of 2000 is refused', c.cost)
)
from (values (0), (1999), (2001), (9007199254740991)) c (cost);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 0) as job \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, 1)', :'profile', :'job'),
  'PT409', 'job_conflict', '{}',
  'a cost for a free job'
);

-- The job of another profile.
select credits_tests.profile(500, 5000) as profile, credits_tests.profile(9, 9000) as other \gset
select credits_tests.job(:'other', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, %s)', :'profile', :'job', c.cost),
  'PT409', 'job_conflict', '{}',
  format('a cost of %s is refused', c.cost)
)
from (values (2000), (7)) c (cost);

-- An imported job.
select credits_tests.imported_with_a_job() as profile, credits_tests.profile(0, 5000) as other \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, %s)',
         c.profile, credits_tests.old_id('A'), c.cost),
  'PT409', 'job_conflict', '{}', c.description
)
from (values
  (:'profile', 2000, 'with its cost: there is no first answer to give again'),
  (:'profile', 1999, 'with another cost'),
  (:'other', 2000, 'for another profile')
) c (profile, cost, description);

select * from finish();
rollback;
