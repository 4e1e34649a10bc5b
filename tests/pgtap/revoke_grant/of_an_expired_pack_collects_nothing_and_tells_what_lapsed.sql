begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 900) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.revoke(:'profile', 'pack 50', 20) as done,
       credits_tests.job(:'profile', 5) as job
\gset
select credits_tests.set_time('2030-02-01 00:00Z') as later \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, null, %L, %L)',
                              :'profile', 'pack 50', 'dispute-2', 'why', 'who')),
  '{"requested": null, "amount": 30, "collected": 0, "uncollected": 5, "lapsed": 25,
    "previous_balance": 900, "new_balance": 900}',
  'what was spent, and what has lapsed'
);
select is(
  credits_tests.history(:'profile', 2),
  'revoke +0 -20, reserve +0 -5, lapse +0 -25, revoke +0 +0', 'the ledger'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, 7, %L, %L)',
                              :'profile', 'pack 50', 'dispute-3', 'why', 'who')),
  '{"requested": 7, "amount": 0, "collected": 0, "uncollected": 0, "lapsed": 0}',
  'nothing is left to revoke'
);
select is(
  (select k.lapsed from credits.packs k where k.profile_id = :'profile'), 25::bigint,
  'the pack knows what lapsed'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
