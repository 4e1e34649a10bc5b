begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.set_overdraft(:'profile', 60),
       credits_tests.grant_credits(:'profile', 50, 'order-1'),
       credits_tests.revoke(:'profile', 'order-1')
\gset done_
select credits_tests.job(:'profile', 60) as debt \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L, %L)',
                              :'profile', 'order-1', 'dispute-1', 'why', 'who')),
  '{"previous_balance": -60, "new_balance": -10}', 'the credits pay a part of the debt'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
