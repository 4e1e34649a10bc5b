begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset

select throws_ok(
  format($$
    insert into credits.ledger (profile_id, seq, ts, kind, monthly_delta, addon_delta,
                                monthly_balance, addon_balance, reason)
    values (%L, 2, clock_timestamp(), 'renew', 1000, %s, 1500, 5000, 'renewal')
  $$, :'profile', c.addon_delta),
  '23514', null, format('a renewal with an addon delta of %s', c.addon_delta)
)
from (values (1), (-1)) c (addon_delta);
select lives_ok(
  format($$
    insert into credits.ledger (profile_id, seq, ts, kind, monthly_delta, addon_delta,
                                monthly_balance, addon_balance, reason)
    values (%L, 2, clock_timestamp(), 'renew', 1000, 0, 1500, 5000, 'renewal')
  $$, :'profile'),
  'a renewal of the monthly bucket'
);

select * from finish();
rollback;
