begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 9500) as profile \gset
select credits_tests.job(:'profile', 1000) as rolled_back,
       credits_tests.job(:'profile', 1000) as in_parts,
       credits_tests.job(:'profile', 1000) as expired,
       credits_tests.job(:'profile', 0) as free
\gset
select credits_tests.roll_back(:'rolled_back'),
       credits_tests.refund(:'in_parts', 400, 'part-1'),
       credits_tests.refund(:'in_parts', 600, 'part-2'),
       credits_tests.expire(:'expired'),
       credits_tests.roll_back(:'free')
\gset done_

select credits_tests.replays(
  format('credits.refund_job(%L)', c.job),
  jsonb_build_object(
    'job_id', c.job, 'profile_id', :'profile', 'state', c.state,
    'amount', 0, 'monthly_refunded', 0, 'addon_refunded', 0,
    'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'previous_balance', c.balance, 'new_balance', c.balance, 'seq', c.seq,
    'breakdown_source', 'recorded'
  ),
  c.description
)
from (values
  (:'rolled_back', 'rolled_back', 8000, 5, 'a job that was rolled back'),
  (:'in_parts', 'refunded', 9000, 7, 'a job refunded in parts'),
  (:'expired', 'expired', 10000, 8, 'an expired job'),
  (:'free', 'rolled_back', 10000, 8, 'a free job that was rolled back')
) c (job, state, balance, seq, description);

select * from finish();
rollback;
