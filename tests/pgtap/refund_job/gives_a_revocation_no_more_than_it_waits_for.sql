begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 1000, 'order-1') as done \gset
select credits_tests.job(:'profile', 900) as job,
       credits_tests.revoke(:'profile', 'order-1', 300, 'refund-1') as done
\gset
select credits_tests.revoke(:'profile', 'order-1', 250, 'refund-2') as done \gset
select is(
  credits_tests.revocations(:'profile'),
  'refund-1 open 300 = 100 + 200 + 0, refund-2 open 250 = 0 + 250 + 0', 'two refunds wait'
);

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 150, %L)', :'job', 'part-1')),
  '{"addon_refunded": 150, "addon_revoked": 150, "new_balance": 0}', 'a part of what waits'
);
select is(
  credits_tests.revocations(:'profile'),
  'refund-1 open 300 = 250 + 50 + 0, refund-2 open 250 = 0 + 250 + 0', 'goes to the older one'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 100)', :'job')),
  '{"addon_refunded": 650, "addon_revoked": 300, "new_balance": 350}',
  'of more than what waits the rest stays'
);
select is(
  credits_tests.revocations(:'profile'),
  'refund-1 open 300 = 300 + 0 + 0, refund-2 open 250 = 250 + 0 + 0', 'both have all of it'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
