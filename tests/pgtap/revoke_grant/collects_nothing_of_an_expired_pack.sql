begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 900) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.revoke(:'profile', 'pack 50', 20) as done,
       credits_tests.set_time('2030-02-01 00:00Z') as later
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, null, %L, %L)',
                              :'profile', 'pack 50', 'why', 'who')),
  '{"amount": 50, "collected": 20, "uncollected": 30, "previous_balance": 900,
    "new_balance": 900}',
  'what was left has lapsed'
);
select is(
  credits_tests.history(:'profile', 2), 'revoke +0 -20, lapse +0 -30, revoke +0 +0', 'the ledger'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
