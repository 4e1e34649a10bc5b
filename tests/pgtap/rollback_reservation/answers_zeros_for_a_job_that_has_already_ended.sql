begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 9500) as profile \gset
select credits_tests.job(:'profile', 1000) as refunded,
       credits_tests.job(:'profile', 1000) as in_parts,
       credits_tests.settle(credits_tests.job(:'profile', 1000)) as settled,
       credits_tests.job(:'profile', 1000) as expired,
       credits_tests.job(:'profile', 0) as free
\gset
select credits_tests.refund(:'refunded'),
       credits_tests.refund(:'in_parts', 1000, 'all'),
       credits_tests.refund(:'settled'),
       credits_tests.expire(:'expired'),
       credits_tests.refund(:'free')
\gset done_

select credits_tests.replays(
  format('credits.rollback_reservation(%L)', c.job),
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
  (:'refunded', 'refunded', 7000, 6, 'a refunded job'),
  (:'in_parts', 'refunded', 8000, 7, 'a job refunded in parts'),
  (:'settled', 'refunded', 9000, 8, 'a settled job that was refunded'),
  (:'expired', 'expired', 10000, 9, 'an expired job'),
  (:'free', 'refunded', 10000, 9, 'a free job that was refunded')
) c (job, state, balance, seq, description);

select * from finish();
rollback;
