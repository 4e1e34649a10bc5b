begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset

select is(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, null, %L, %L)',
                              :'profile', 'order-1', 'chargeback', 'billing')),
  jsonb_build_object(
    'profile_id', :'profile', 'reference', 'order-1', 'amount', 700, 'collected', 700,
    'uncollected', 0, 'previous_balance', 6200, 'new_balance', 5500, 'seq', 3, 'replayed', false
  ),
  'without an amount, all of it'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 3, 'kind', 'revoke', 'job_id', null, 'monthly_delta', 0,
    'addon_delta', -700, 'monthly_balance', 500, 'addon_balance', 5000,
    'reason', 'grant revoke: order-1 (addon: -700): chargeback', 'reference', null,
    'actor', 'billing'
  ),
  'one ledger row with the reason and the actor'
);
select is(
  (select to_jsonb(r) from credits.revocations r where r.profile_id = :'profile'),
  jsonb_build_object('profile_id', :'profile', 'grant_seq', 2, 'amount', 700, 'collected', 700,
                     'time_left', null, 'seq', 3),
  'the revocation'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
