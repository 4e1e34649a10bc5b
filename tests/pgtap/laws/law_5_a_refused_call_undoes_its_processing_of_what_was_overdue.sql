begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-01 02:00Z') as pack,
       credits_tests.hold(:'profile', 10, '1 hour') as hold,
       credits_tests.job(:'profile', 7) as job
\gset
select credits_tests.settle(:'job', 5),
       credits_tests.renew(:'profile', '2030-02-01 00:00Z', 8),
       credits_tests.answer(format('credits.adjust_credits(%L, %L, 1, 1, %L, %L)',
                                   :'profile', 'key', 'why', 'who')),
       credits_tests.set_time('2030-01-01 03:00Z')
\gset done_

select credits_tests.refuses(
  format('select credits.' || c.call, :'profile', :'job', :'hold'), c.sqlstate, c.token,
  c.detail::jsonb, c.call
)
from (values
  ('reserve_credits(%1$L, gen_random_uuid(), 1000)', 'PT402', 'insufficient_credits',
   '{"required": 1000, "available": 110, "monthly": 9, "addon": 101}'),
  ('settle_job(%2$L, 6)', 'PT409', 'job_conflict', '{"stored": 5, "given": 6}'),
  ('extend_hold(%3$L, ''1 hour'')', 'PT409', 'wrong_state', '{"state": "expired"}'),
  ('refund_job(%3$L, 1, ''part-1'')', 'PT409', 'refund_exceeds_deduction',
   '{"amount": 1, "refundable": 0}'),
  ('rollback_reservation(%2$L)', 'PT409', 'wrong_state', '{"state": "settled"}'),
  ('grant_addon(%1$L, 51, ''pack 50'')', 'PT409', 'reference_conflict',
   '{"parameter": "amount", "stored": 50, "given": 51}'),
  ('adjust_credits(%1$L, ''key'', 1, 2, ''why'', ''who'')', 'PT409', 'reference_conflict',
   '{"parameter": "addon_delta", "stored": 1, "given": 2}'),
  ('revoke_grant(%1$L, ''none'', ''dispute-1'', 1, ''why'', ''who'')', 'PT404', 'grant_not_found', '{}'),
  ('reinstate_grant(%1$L, ''none'', ''dispute-1'', ''why'', ''who'')', 'PT404',
   'grant_not_found', '{}'),
  ('revoke_renewal(%1$L, ''2029-01-01Z'', ''dispute-1'', 1, ''why'', ''who'')', 'PT404',
   'period_not_found', '{}')
) c (call, sqlstate, token, detail);

select * from finish();
rollback;
