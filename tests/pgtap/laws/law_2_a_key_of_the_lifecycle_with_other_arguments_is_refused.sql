begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 300) as job \gset
select credits_tests.answer(format('credits.settle_job(%L, 100)', :'job')),
       credits_tests.answer(format('credits.renew_monthly(%L, %L, 800, 100)',
                                   :'profile', '2030-02-01 00:00Z')),
       credits_tests.answer(format('credits.grant_addon(%L, 7, %L)', :'profile', 'key')),
       credits_tests.answer(format('credits.adjust_credits(%L, %L, -5, 5, %L, %L)',
                                   :'profile', 'key', 'why', 'who'))
\gset done_

select credits_tests.refuses(
  format('select credits.' || c.call, coalesce(c.id, :'profile')), 'PT409', c.token,
  c.detail::jsonb, c.call
)
from (values
  ('settle_job(%L, 101)', :'job', 'job_conflict', '{"stored": 100, "given": 101}'),
  ('renew_monthly(%L, ''2030-02-01 00:00Z'', 801, 100)', null, 'period_conflict',
   jsonb_build_object('current', '2030-02-01 00:00Z'::timestamptz,
                      'given', '2030-02-01 00:00Z'::timestamptz)::text),
  ('grant_addon(%L, 8, ''key'')', null, 'reference_conflict',
   '{"parameter": "reference", "stored": 7, "given": 8}'),
  ('adjust_credits(%L, ''key'', -5, 6, ''why'', ''who'')', null, 'reference_conflict',
   '{"parameter": "adjustment_id", "stored": 0, "given": 1}')
) c (call, id, token, detail);

select * from finish();
rollback;
