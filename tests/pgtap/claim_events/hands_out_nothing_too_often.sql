begin;
\ir ../helpers.psql
select plan(3);

-- More of them have failed too often than one call looks at.
delete from credits.events;
update credits.settings set event_attempts = 2;
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.job(credits_tests.watch(credits_tests.profile(100, 0), 50), 60) as job
  from generate_series(1, 3) n
 limit 3;
select count(*) as first from credits.claim_events(100) \gset
select credits_tests.set_time('2030-01-01 01:00Z') as later \gset
select count(*) as second from credits.claim_events(100) \gset
select is(format('%s %s', :'first', :'second'), '3 3', 'each twice');
select credits_tests.set_time('2030-01-01 02:00Z') as later \gset
select is_empty('select from credits.claim_events(1)', 'no third time');
select is((select max(e.attempts) from credits.events e), 2, 'whatever the number of them');

select * from finish();
rollback;
