begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset

select is(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, null, %L, %L)',
                              :'profile', 'order-1', 'dispute-1', 'chargeback', 'billing')),
  jsonb_build_object(
    'profile_id', :'profile', 'reference', 'order-1', 'period_start', null,
    'revocation_id', 'dispute-1', 'state', 'open', 'requested', null, 'amount', 700,
    'collected', 700, 'uncollected', 0, 'lapsed', 0, 'previous_balance', 6200, 'new_balance', 5500, 'seq', 3, 'replayed', false
  ),
  'without an amount, all of it'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 3, 'kind', 'revoke', 'job_id', null, 'monthly_delta', 0,
    'addon_delta', -700, 'monthly_balance', 500, 'addon_balance', 5000,
    'reason', 'grant revoke: order-1 (addon: -700, revocation: dispute-1): chargeback', 'reference', null,
    'actor', 'billing'
  ),
  'one ledger row with the reason and the actor'
);
select is(
  (select to_jsonb(r) from credits.revocations r where r.profile_id = :'profile'),
  jsonb_build_object('profile_id', :'profile', 'source_seq', 2,
                     'revocation_id', 'dispute-1', 'requested', null, 'amount', 700,
                     'collected', 700, 'lapsed', 0, 'newer_outstanding', 0, 'opened_seq', 3, 'seq', 3, 'ended_at', null,
                     'time_left', null),
  'the revocation'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
