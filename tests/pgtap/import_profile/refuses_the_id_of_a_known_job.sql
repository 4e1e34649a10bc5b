begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported_story() as other, credits_tests.profile(500, 0) as profile \gset
select credits_tests.job(:'profile', 200) as job \gset

select credits_tests.refuses(
  format('select credits.import_profile(gen_random_uuid(), 0, 0, %L)', c.jobs),
  'PT409', 'job_conflict', jsonb_build_object('jobs', c.total, 'known', c.known), c.description
)
from (values
  (array[credits_tests.old_job('A', 2000, false)], 1, 1, 'a job of another import'),
  (array[row(:'job', 'done', '{"credit_cost": 0}', null)::credits.legacy_job], 1, 1,
   'a job reserved here'),
  (array[credits_tests.old_job('B', 0), credits_tests.old_job('A', 0),
         credits_tests.old_job('C', 0)], 3, 1, 'one known job beside new ones')
) c (jobs, total, known, description);
select lives_ok(
  format('select credits.import_profile(gen_random_uuid(), 0, 0, %L)',
         array[credits_tests.old_job('B', 0), credits_tests.old_job('C', 0)]),
  'the new ones can be imported alone'
);

select * from finish();
rollback;
