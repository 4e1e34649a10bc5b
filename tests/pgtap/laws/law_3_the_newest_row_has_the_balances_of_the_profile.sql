begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset

select is(
  concat(
    credits_tests.answer(c.call) ->> 'seq',
    ': ', credits_tests.newest_entry(:'profile') ->> 'monthly_balance',
    ' + ', credits_tests.newest_entry(:'profile') ->> 'addon_balance'
  ),
  concat(c.seq, ': ', credits_tests.buckets(:'profile')),
  c.call
)
from (values
  (2, format('credits.reserve_credits(%L, %L, 2000)', :'profile', :'job')),
  (3, format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
  (4, format('credits.refund_job(%L, 1600, %L)', :'job', 'part-1')),
  (5, format('credits.rollback_reservation(%L)', :'job')),
  (5, format('credits.reserve_credits(%L, gen_random_uuid(), 0)', :'profile'))
) c (seq, call);

select * from finish();
rollback;
