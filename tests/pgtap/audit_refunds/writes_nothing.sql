begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.imported_story() as profile
\gset
select credits_tests.hold(:'profile', 60, '1 hour') as job,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset
select credits_tests.fingerprint() as before \gset
select count(*) as rows from credits.audit_refunds(:'profile') \gset

select is(credits_tests.fingerprint(), :'before', 'not even what is overdue');

select * from finish();
rollback;
