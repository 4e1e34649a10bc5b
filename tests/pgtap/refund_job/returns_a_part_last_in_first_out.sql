begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, %s, %L)', :'job', c.amount, c.refund_id)),
  jsonb_build_object('amount', c.amount, 'monthly_refunded', c.monthly, 'addon_refunded', c.addon,
                     'replayed', false),
  c.description
)
from (values
  (1000, 'part-1', 0, 1000, 'the addon credits were taken last, so they come back first'),
  (600, 'part-2', 100, 500, 'then the last addon credits and the first monthly ones'),
  (1, 'part-3', 1, 0, 'then monthly credits')
) c (amount, refund_id, monthly, addon, description);
select is(credits_tests.buckets(:'profile'), '101 + 5000', '399 monthly credits are still out');

select * from finish();
rollback;
