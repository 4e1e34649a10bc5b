begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 9) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'promo') as pack \gset
select credits_tests.revoke(:'profile', 'pack 50') as done,
       credits_tests.set_time('2030-02-01 00:00Z') as later
\gset

select credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L, %L)',
                                   :'profile', 'pack 50', 'dispute-1', 'why', 'who')) as first \gset

select credits_tests.shows(
  :'first', '{"amount": 0, "collected": 0, "previous_balance": 9, "new_balance": 9, "seq": 4}',
  'the balance is as before'
);
select is(credits_tests.history(:'profile', 2), 'revoke +0 -50, reinstate +0 +0', 'the ledger');
select is(
  (select k.lapsed from credits.packs k where k.profile_id = :'profile'), 50::bigint,
  'the pack knows what lapsed'
);
select credits_tests.replays(
  format('credits.reinstate_grant(%L, %L, %L, %L, %L)', :'profile', 'pack 50', 'dispute-1', 'why',
         'who'),
  :'first', 'a replay answers the same'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, null, %L, %L)',
                              :'profile', 'pack 50', 'dispute-2', 'why', 'who')),
  '{"amount": 50, "collected": 0, "uncollected": 0, "lapsed": 50}',
  'revoked again, nothing is there to collect'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
