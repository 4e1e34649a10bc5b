begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.grant_credits(:'profile', 1000, 'order-1') as done \gset
select credits_tests.hold(:'profile', 600, '1 hour') as hold,
       credits_tests.revoke(:'profile', 'order-1') as done
\gset
select credits_tests.set_time('2030-01-02 00:00Z') as later \gset

select is(
  (select credits_tests.buckets(:'profile') from credits.expire_holds(100) limit 1), '0 + 0',
  'the hold expires'
);
select is(
  credits_tests.history(:'profile', 3), 'revoke +0 -400, expire +0 +600, revoke +0 -600',
  'the ledger'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
