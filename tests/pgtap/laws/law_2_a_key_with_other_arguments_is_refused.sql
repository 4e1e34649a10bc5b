begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(0, 9000) as other \gset
select credits_tests.job(:'profile', 2000) as job, credits_tests.job(:'other', 2000) as other_job
\gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'part-1')) as done
\gset

select credits_tests.refuses(
  format('select %s', c.call), 'PT409', c.token, c.detail, format('%s: %s', c.token, c.call)
)
from (values
  (format('credits.open_profile(%L, 501, 5000)', :'profile'), 'profile_exists', '{}'::jsonb),
  (format('credits.open_profile(%L, 500, 5001)', :'profile'), 'profile_exists', '{}'),
  (format('credits.grant_addon(%L, 701, %L)', :'profile', 'order-1'), 'reference_conflict',
   '{"parameter": "reference", "stored": 700, "given": 701}'),
  (format('credits.reserve_credits(%L, %L, 2001)', :'profile', :'job'), 'job_conflict', '{}'),
  (format('credits.reserve_credits(%L, %L, 2000)', :'profile', :'other_job'), 'job_conflict', '{}'),
  (format('credits.refund_job(%L, 101, %L)', :'job', 'part-1'), 'reference_conflict',
   '{"parameter": "refund_id", "stored": 100, "given": 101}')
) c (call, token, detail);

select * from finish();
rollback;
