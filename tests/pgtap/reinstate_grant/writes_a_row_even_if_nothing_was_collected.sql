begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.job(:'profile', 50) as job \gset
select credits_tests.revoke(:'profile', 'pack 50'),
       credits_tests.reinstate(:'profile', 'pack 50')
\gset done_

select is(credits_tests.history(:'profile', 3), 'revoke +0 +0, reinstate +0 +0', 'the ledger');
select is(credits_tests.packs(:'profile'), '0', 'the pack is as it was');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
