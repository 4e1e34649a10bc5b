begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset
select credits_tests.job(:'profile', 500) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, 300, %L, %L)',
                              :'profile', 'order-1', 'part', 'why', 'who')),
  '{"amount": 300, "collected": 200, "uncollected": 100, "previous_balance": 200,
    "new_balance": 0}',
  'what is left is collected'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, null, %L, %L)',
                              :'profile', 'order-1', 'rest', 'why', 'who')),
  '{"amount": 400, "collected": 0, "uncollected": 400, "new_balance": 0, "seq": 5}',
  'then nothing is left to collect'
);
select is(
  credits_tests.history(:'profile', 3), 'revoke +0 -200, revoke +0 +0',
  'the ledger has a row for that too'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"state": "reserved"}', 'the job is unchanged'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
