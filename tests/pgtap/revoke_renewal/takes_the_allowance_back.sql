begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(100, 5000) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 500, 100) as done \gset
select credits_tests.job(:'profile', 30) as job \gset

select is(
  credits_tests.answer(format('credits.revoke_renewal(%L, %L, %L, null, %L, %L)', :'profile',
                              '2020-01-01 00:00Z', 'refund-1', 'payment refunded', 'billing')),
  jsonb_build_object(
    'profile_id', :'profile', 'reference', null, 'period_start', '2020-01-01 00:00Z'::timestamptz,
    'revocation_id', 'refund-1', 'state', 'open', 'requested', null, 'amount', 500,
    'collected', 500, 'uncollected', 0, 'lapsed', 0, 'previous_balance', 5570,
    'new_balance', 5070, 'seq', 4, 'replayed', false
  ),
  'all of it, and nothing of what was carried over or bought'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 4, 'kind', 'revoke', 'job_id', null, 'monthly_delta', -500,
    'addon_delta', 0, 'monthly_balance', 70, 'addon_balance', 5000,
    'reason', 'renewal revoke: 2020-01-01T00:00:00Z (monthly: -500, revocation: refund-1): '
              'payment refunded',
    'reference', null, 'actor', 'billing'
  ),
  'one ledger row with the reason and the actor'
);
select is(
  (select to_jsonb(r) from credits.revocations r where r.profile_id = :'profile'),
  jsonb_build_object('profile_id', :'profile', 'source_seq', 2, 'revocation_id', 'refund-1',
                     'requested', null, 'amount', 500, 'collected', 500, 'lapsed', 0,
                     'newer_outstanding', 0, 'opened_seq', 4, 'seq', 4, 'ended_at', null, 'time_left', null),
  'the revocation'
);
select is(
  (select to_jsonb(r) from credits_tests.answer(
     format('credits.revoke_renewal(%L, %L, %L, null, %L, %L)', :'profile', '2020-01-01 00:00Z',
            'refund-1', 'why', 'who')) r) ->> 'replayed', 'true', 'once'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
