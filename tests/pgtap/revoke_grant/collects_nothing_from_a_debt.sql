begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.set_overdraft(:'profile', 60),
       credits_tests.grant_credits(:'profile', 10, 'order-1')
\gset done_
select credits_tests.job(:'profile', 30) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, null, %L, %L)',
                              :'profile', 'order-1', 'dispute-1', 'why', 'who')),
  '{"collected": 0, "uncollected": 10, "previous_balance": -20, "new_balance": -20}',
  'an overdraft is not credits to collect'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
