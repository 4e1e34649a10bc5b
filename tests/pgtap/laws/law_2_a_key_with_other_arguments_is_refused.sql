begin;
\ir ../helpers.psql
select plan(12);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(0, 9000) as other \gset
select credits_tests.job(:'profile', 2000) as job, credits_tests.job(:'other', 2000) as other_job
\gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.refund(:'job', 100, 'part-1') as done
\gset

select credits_tests.refuses(
  format('select %s', c.call), 'PT409', c.token, c.detail, format('%s: %s', c.token, c.call)
)
from (values
  (format('credits.open_profile(%L, 501, 5000)', :'profile'), 'profile_exists', '{}'::jsonb),
  (format('credits.open_profile(%L, 500, 5001)', :'profile'), 'profile_exists', '{}'),
  (format('credits.grant_addon(%L, 701, %L)', :'profile', 'order-1'), 'reference_conflict',
   '{"parameter": "amount", "stored": 700, "given": 701}'),
  (format('credits.reserve_credits(%L, %L, 2001)', :'profile', :'job'), 'job_conflict', '{}'),
  (format('credits.reserve_credits(%L, %L, 2000)', :'profile', :'other_job'), 'job_conflict', '{}'),
  (format('credits.refund_job(%L, 101, %L)', :'job', 'part-1'), 'reference_conflict',
   '{"parameter": "amount", "stored": 100, "given": 101}')
) c (call, token, detail);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 300) as job \gset
select credits_tests.settle(:'job', 100),
       credits_tests.renew(:'profile', '2020-02-01 00:00Z', 800, 100),
       credits_tests.grant_credits(:'profile', 7, 'key'),
       credits_tests.revoke(:'profile', 'key', 3),
       credits_tests.revoke_month(:'profile', '2030-02-01 00:00Z'),
       credits_tests.answer(format('credits.adjust_credits(%L, %L, -5, 5, %L, %L)',
                                   :'profile', 'key', 'why', 'who'))
\gset done_

select credits_tests.refuses(
  format('select credits.' || c.call, coalesce(c.id, :'profile')), 'PT409', c.token,
  c.detail::jsonb, c.call
)
from (values
  ('settle_job(%L, 101)', :'job', 'job_conflict', '{"stored": 100, "given": 101}'),
  ('renew_monthly(%L, ''2020-02-01 00:00Z'', 801, 100)', null, 'period_conflict',
   jsonb_build_object('current', '2020-02-01 00:00Z'::timestamptz,
                      'given', '2020-02-01 00:00Z'::timestamptz)::text),
  ('grant_addon(%L, 8, ''key'')', null, 'reference_conflict',
   '{"parameter": "amount", "stored": 7, "given": 8}'),
  ('revoke_grant(%L, ''key'', ''dispute-1'', 4, ''why'', ''who'')', null, 'reference_conflict',
   '{"parameter": "amount", "stored": 3, "given": 4}'),
  ('revoke_renewal(%L, ''2030-02-01Z'', ''dispute-1'', 4, ''why'', ''who'')', null,
   'reference_conflict', '{"parameter": "amount", "stored": null, "given": 4}'),
  ('adjust_credits(%L, ''key'', -5, 6, ''why'', ''who'')', null, 'reference_conflict',
   '{"parameter": "addon_delta", "stored": 5, "given": 6}')
) c (call, id, token, detail);

select * from finish();
rollback;
