begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 100, 'order-1') as done \gset
select credits_tests.job(:'profile', 10) as job \gset
select credits_tests.raise_job(:'job', 60),
       credits_tests.revoke(:'profile', 'order-1'),
       credits_tests.grant_credits(:'profile', 30, 'order-2'),
       credits_tests.raise_job(:'job', 90)
\gset done_
select is(
  credits_tests.revocations(:'profile'), 'dispute-1 open 100 = 40 + 60 + 0', 'the job holds 60'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 30, %L)', :'job', 'part-1')),
  '{"addon_refunded": 30, "addon_revoked": 0}', 'what was raised afterwards stays'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"addon_refunded": 60, "addon_revoked": 60}', 'what was drawn before goes to the revocation'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
