begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.grant_credits(:'profile', 100, 'order-1') as done \gset
select credits_tests.job(:'profile', 60) as job \gset
select credits_tests.move(:'profile', :'other') as done \gset
select credits_tests.revoke(:'profile', 'order-1', 50) as done \gset

select is(
  credits_tests.revocations(:'profile'), 'dispute-1 open 50 = 0 + 50 + 0',
  'what was moved is not collected'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"addon_refunded": 60, "addon_revoked": 50, "new_balance": 10}',
  'what its jobs give back is'
);
select is(credits_tests.buckets(:'other'), '0 + 50', 'the rest follows');
select credits_tests.reinstate(:'profile', 'order-1') as done \gset
select is(credits_tests.buckets(:'other'), '0 + 100', 'what is won back follows');
select credits_tests.renew(credits_tests.profile(0, 0), '2020-01-01Z', 100) as month \gset
select credits_tests.revoke_month(:'month', '2020-01-01Z') as done \gset
select credits_tests.move(:'month', :'other') as done \gset
select credits_tests.reinstate_month(:'month', '2020-01-01Z') as done \gset
select is(credits_tests.buckets(:'other'), '100 + 100', 'a month that is won back follows');
select is(credits_tests.buckets(:'profile'), '0 + 0', 'nothing stays');
select credits_tests.sound(null, 'all books are sound');

select * from finish();
rollback;
