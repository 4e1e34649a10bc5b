begin;
\ir ../helpers.psql
select plan(12);

-- February begins with 100 credits of January. One job spends these and 10 of its own 70, another
-- one 40 more.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 100),
       credits_tests.renew(:'profile', '2020-02-01 00:00Z', 70, 100)
\gset done_
select credits_tests.job(:'profile', 110) as old, credits_tests.job(:'profile', 40) as new \gset
select credits_tests.revoke_month(:'profile', '2020-01-01 00:00Z', null, 'refund-1') as done \gset
select is(credits_tests.revocations(:'profile'), 'refund-1 open 100 = 0 + 100 + 0',
          'all of January is spent');
select is(
  (select r.newer_outstanding from credits.revocations r where r.profile_id = :'profile'), 50::bigint,
  'and 50 of February'
);

select is((credits.refund_job(:'new')).monthly_revoked, 0::bigint, 'February goes back first');
select is(credits_tests.buckets(:'profile'), '60 + 0', 'into the bucket');
select credits_tests.sound(:'profile');
select is((credits.refund_job(:'old', 30, 'a')).monthly_revoked, 20::bigint, 'then January');
select is((credits.refund_job(:'old')).monthly_revoked, 80::bigint, 'all of it');
select is(credits_tests.buckets(:'profile'), '70 + 0', 'and February is whole');
select is(credits_tests.revocations(:'profile'), 'refund-1 open 100 = 100 + 0 + 0', 'collected');
select credits_tests.sound(:'profile');

-- What was drawn after the revocation is left alone.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 100) as done \gset
select credits_tests.job(:'profile', 100) as old \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 70),
       credits_tests.revoke_month(:'profile', '2020-01-01 00:00Z', null, 'refund-1')
\gset done_
select credits_tests.job(:'profile', 30) as new \gset
select is((credits.refund_job(:'new')).monthly_revoked, 0::bigint, 'drawn later');
select is((credits.refund_job(:'old')).monthly_revoked, 100::bigint, 'January''s own job');

select * from finish();
rollback;
