begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.allow_overdraft(credits_tests.profile(0, 0), 300) as profile \gset
select credits_tests.job(:'profile', 300) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 500, %L)', :'profile', 'order-1')),
  '{"previous_balance": -300, "new_balance": 200}',
  'the debt is paid first'
);
select is(credits_tests.buckets(:'profile'), '0 + 200', 'the rest is there to spend');

select * from finish();
rollback;
