begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset
select credits_tests.job(:'profile', 500) as job \gset
select credits_tests.revoke(:'profile', 'order-1') as done \gset

select is(
  credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L, %L)',
                              :'profile', 'order-1', 'dispute-1', 'dispute won', 'billing')),
  jsonb_build_object(
    'profile_id', :'profile', 'reference', 'order-1', 'period_start', null,
    'revocation_id', 'dispute-1', 'state', 'ended', 'requested', null, 'amount', 0, 'collected', 0,
    'uncollected', 0, 'lapsed', 0, 'previous_balance', 0, 'new_balance', 200, 'seq', 5, 'replayed', false
  ),
  'nothing is revoked any more'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 5, 'kind', 'reinstate', 'job_id', null,
    'monthly_delta', 0, 'addon_delta', 200, 'monthly_balance', 0, 'addon_balance', 200,
    'reason', 'grant reinstate: order-1 (addon: +200, revocation: dispute-1): dispute won', 'reference', null,
    'actor', 'billing'
  ),
  'one ledger row with the reason and the actor'
);
select is(
  (select to_jsonb(r) - array['profile_id', 'ended_at'] from credits.revocations r
    where r.profile_id = :'profile'),
  '{"source_seq": 2, "revocation_id": "dispute-1", "requested": null, "amount": 0,
    "collected": 0, "lapsed": 0, "newer_outstanding": 0, "opened_seq": 4, "seq": 5, "time_left": null}', 'the revocation'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
