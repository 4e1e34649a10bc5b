begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2030-01-01 00:00Z', 500) as done \gset
select credits_tests.job(:'profile', 300) as job,
       credits_tests.revoke_month(:'profile', '2030-01-01 00:00Z') as done
\gset
select credits_tests.renew(:'profile', '2030-02-01 00:00Z', 600) as done \gset

select credits_tests.answer(format('credits.reinstate_renewal(%L, %L, %L, %L, %L)', :'profile',
                                   '2030-01-01 00:00Z', 'dispute-1', 'won', 'billing')) as first \gset
select credits_tests.shows(
  :'first',
  '{"state": "ended", "amount": 0, "collected": 0, "previous_balance": 600, "new_balance": 800,
    "seq": 6}',
  'exactly what was collected'
);
select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  '{"kind": "reinstate", "monthly_delta": 200, "addon_delta": 0, "actor": "billing",
    "reason": "renewal reinstate: 2030-01-01T00:00:00Z (monthly: +200, revocation: dispute-1): won"}',
  'the ledger row'
);
select credits_tests.replays(
  format('credits.reinstate_renewal(%L, %L, %L, %L, %L)', :'profile', '2030-01-01 00:00Z',
         'dispute-1', 'why', 'who'),
  :'first', 'a replay answers the same'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"monthly_refunded": 300, "monthly_revoked": 0, "new_balance": 1100}',
  'nothing waits for what jobs return'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_renewal(%L, %L, %L, null, %L, %L)', :'profile',
                              '2030-01-01 00:00Z', 'dispute-1', 'why', 'who')),
  '{"state": "ended", "amount": 0, "new_balance": 800, "replayed": true}',
  'a late report that it was opened takes nothing'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
