begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset
select format('credits.reinstate_grant(%L, %L, %L, %L, %L)', :'profile', 'order-1', 'dispute-1',
              'dispute won', 'billing') as call \gset

select credits_tests.answer(:'call') as first \gset
select credits_tests.shows(
  :'first',
  '{"state": "ended", "requested": null, "amount": 0, "previous_balance": 1200,
    "new_balance": 1200, "seq": 3, "replayed": false}',
  'it has ended before it was opened'
);
select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  '{"kind": "reinstate", "monthly_delta": 0, "addon_delta": 0, "actor": "billing",
    "reason": "grant reinstate: order-1 (addon: 0, revocation: dispute-1): dispute won"}',
  'the ledger keeps the reason and the actor'
);
select credits_tests.replays(:'call', :'first', 'a replay answers the same');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
