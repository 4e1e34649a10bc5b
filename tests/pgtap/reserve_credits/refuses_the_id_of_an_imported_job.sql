begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported_with_a_job() as profile, credits_tests.profile(0, 5000) as other \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, %s)',
         c.profile, credits_tests.old_id('A'), c.cost),
  'PT409', 'job_conflict', '{}', c.description
)
from (values
  (:'profile', 2000, 'with its cost: there is no first answer to give again'),
  (:'profile', 1999, 'with another'),
  (:'other', 2000, 'for another profile')
) c (profile, cost, description);

select * from finish();
rollback;
