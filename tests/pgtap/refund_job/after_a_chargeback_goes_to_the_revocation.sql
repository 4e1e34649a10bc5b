begin;
\ir ../helpers.psql
select plan(9);

-- A perpetual grant.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 1000, 'order-1') as done \gset
select credits_tests.job(:'profile', 1000) as job,
       credits_tests.revoke(:'profile', 'order-1') as done
\gset
select credits_tests.grant_credits(:'profile', 50, 'order-2') as done \gset
select format('credits.refund_job(%L)', :'job') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.shows(
  :'first',
  '{"amount": 1000, "addon_refunded": 1000, "addon_lapsed": 0, "addon_revoked": 1000,
    "monthly_revoked": 0, "previous_balance": 50, "new_balance": 50}',
  'the customer keeps what was granted later, and nothing of what was paid back'
);
select is(
  credits_tests.history(:'profile', 5), 'refund +0 +1000, revoke +0 -1000', 'two ledger rows'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job revoke: %s (monthly: 0, addon: -1000)', :'job'), 'the second names the job'
);
select is(
  credits_tests.revocations(:'profile'), 'dispute-1 open 1000 = 1000 + 0 + 0',
  'the revocation has collected it'
);
select credits_tests.replays(:'call', :'first', 'a replay answers the same');
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, null, %L, %L)', :'profile',
                              'order-1', 'dispute-1', 'why', 'who')),
  '{"amount": 1000, "collected": 1000, "uncollected": 0, "replayed": true, "seq": 7}',
  'the next report of the dispute tells'
);
select is(
  (select p.uncollected from credits.profiles p where p.id = :'profile'), 0::bigint,
  'nothing waits any more'
);
select credits_tests.reinstate(:'profile', 'order-1') as done \gset
select is(credits_tests.buckets(:'profile'), '0 + 1050', 'a dispute that is won gives it back');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
