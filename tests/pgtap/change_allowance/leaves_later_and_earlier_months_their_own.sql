begin;
\ir ../helpers.psql
select plan(13);

-- February owes 800 when January is revoked: its job pays that, and February is whole.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 100) as done \gset
select credits_tests.job(:'profile', 100) as old \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 1000) as done \gset
select credits_tests.job(:'profile', 900) as new \gset
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 100, 'down'),
       credits_tests.revoke_month(:'profile', '2020-01-01 00:00Z')
\gset done_
select is((credits.refund_job(:'new')).monthly_revoked, 800::bigint, 'what February owes');
select is(credits_tests.buckets(:'profile'), '100 + 0', 'and nothing for January');
select is((credits.refund_job(:'old')).monthly_revoked, 100::bigint, 'which its own job pays');
select credits_tests.sound(:'profile');

-- It is revoked first: what was lowered is no allowance any more that goes back first.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 100),
       credits_tests.renew(:'profile', '2020-02-01 00:00Z', 1000, 100)
\gset done_
select credits_tests.job(:'profile', 1000) as one, credits_tests.job(:'profile', 100) as other \gset
select credits_tests.revoke_month(:'profile', '2020-01-01 00:00Z'),
       credits_tests.change(:'profile', '2020-02-01 00:00Z', 100, 'down')
\gset done_
select is((credits.refund_job(:'one')).monthly_revoked, 900::bigint, 'what February owes');
select is((credits.refund_job(:'other')).monthly_revoked, 100::bigint, 'then January');
select is(credits_tests.buckets(:'profile'), '100 + 0', 'and February is whole');
select is(credits_tests.revocations(:'profile'), 'dispute-1 open 100 = 100 + 0 + 0', 'collected');
select credits_tests.sound(:'profile');

-- Jobs hold all of a month that owes: nothing in the bucket is its own.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 100) as done \gset
select credits_tests.job(:'profile', 100) as old \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 50) as done \gset
select credits_tests.job(:'profile', 50) as new \gset
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 20, 'down'),
       credits_tests.refund(:'old'),
       credits_tests.revoke_month(:'profile', '2020-01-01 00:00Z')
\gset done_
select is(credits_tests.revocations(:'profile'), 'dispute-1 open 100 = 100 + 0 + 0', 'all of it');
select is((credits.refund_job(:'new')).monthly_revoked, 30::bigint, 'February pays what it owes');
select is(credits_tests.buckets(:'profile'), '20 + 0', 'and keeps the rest');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
