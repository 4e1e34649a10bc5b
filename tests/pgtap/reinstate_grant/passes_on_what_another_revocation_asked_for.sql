begin;
\ir ../helpers.psql
select plan(13);

-- A refund of 30 is followed by a dispute of the whole payment, and the refund fails.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 100, 'order-1'),
       credits_tests.revoke(:'profile', 'order-1', 30, 'refund-1'),
       credits_tests.revoke(:'profile', 'order-1', 100, 'dispute-1')
\gset done_
select is(credits_tests.revocations(:'profile'),
          'refund-1 open 30 = 30 + 0 + 0, dispute-1 open 70 = 70 + 0 + 0', 'each has its part');
select credits_tests.shows(
  credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L, %L)', :'profile', 'order-1',
                              'refund-1', 'failed', 'who')),
  '{"state": "ended", "amount": 0, "previous_balance": 0, "new_balance": 0}', 'nothing comes back'
);
select is(credits_tests.revocations(:'profile'),
          'refund-1 ended 0 = 0 + 0 + 0, dispute-1 open 100 = 100 + 0 + 0', 'the dispute has it');
select credits_tests.sound(:'profile');
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, 100, %L, %L)', :'profile',
                              'order-1', 'dispute-1', 'again', 'who')),
  '{"amount": 100, "collected": 100, "seq": 5, "replayed": true}', 'and says so'
);
select credits_tests.reinstate(:'profile', 'order-1') as done \gset
select is(credits_tests.buckets(:'profile'), '0 + 100', 'won: all of it comes back');
select credits_tests.sound(:'profile');

-- The older one gets what it lacks first; what is left comes back. Spent goes before lapsed.
select credits_tests.set_time('2030-01-20 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 100, '2030-01-22 00:00Z') as pack \gset
select credits_tests.job(:'profile', 20) as job \gset
select credits_tests.revoke(:'profile', 'pack 100', 50, 'refund-1') as done \gset
select credits_tests.set_time('2030-01-25 00:00Z') as later,
       credits_tests.revoke(:'profile', 'pack 100', 50, 'refund-2')
\gset done_
select credits_tests.revoke(:'profile', 'pack 100', 20, 'refund-3'),
       credits_tests.revoke(:'profile', 'pack 100', null, 'refund-4')
\gset done_
select is(credits_tests.revocations(:'profile'),
          'refund-1 open 50 = 50 + 0 + 0, refund-2 open 50 = 0 + 20 + 30, '
          'refund-3 open 0 = 0 + 0 + 0, refund-4 open 0 = 0 + 0 + 0', 'nothing is left');
select credits_tests.reinstate(:'profile', 'pack 100', 'refund-2') as done \gset
select is(credits_tests.revocations(:'profile'),
          'refund-1 open 50 = 50 + 0 + 0, refund-2 ended 0 = 0 + 0 + 0, '
          'refund-3 open 20 = 0 + 20 + 0, refund-4 open 30 = 0 + 0 + 30',
          'without an amount it is all that the others leave');
select credits_tests.sound(:'profile');
select credits_tests.reinstate(:'profile', 'pack 100', 'refund-1') as done \gset
select is(credits_tests.revocations(:'profile'),
          'refund-1 ended 0 = 0 + 0 + 0, refund-2 ended 0 = 0 + 0 + 0, '
          'refund-3 open 20 = 20 + 0 + 0, refund-4 open 80 = 30 + 20 + 30',
          'the older one gets what it had found spent');
select credits_tests.reinstate(:'profile', 'pack 100', 'refund-4') as done \gset
select is(credits_tests.buckets(:'profile'), '0 + 30', 'what was taken comes back');
select credits_tests.shows(
  (select to_jsonb(k) from credits.packs k where k.profile_id = :'profile'),
  jsonb_build_object('remaining', 30, 'expires_at', '2030-01-27 00:00Z'::timestamptz),
  'with the time it had left when it was taken'
);

select * from finish();
rollback;
