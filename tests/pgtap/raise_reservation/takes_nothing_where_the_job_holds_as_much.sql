begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 300) as job \gset
select credits_tests.raise_job(:'job', 900) as done \gset

select credits_tests.replays(
  format('credits.raise_reservation(%L, %s)', :'job', c.cost),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'reserved', 'cost', 900,
    'monthly_deducted', 500, 'addon_deducted', 400, 'hold_expires_at', null,
    'previous_balance', 4600, 'new_balance', 4600, 'seq', 3
  ),
  c.what
)
from (values (900, 'the same cost'), (899, 'a smaller one'), (300, 'that of the reservation'),
             (0, 'none')) c (cost, what);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
