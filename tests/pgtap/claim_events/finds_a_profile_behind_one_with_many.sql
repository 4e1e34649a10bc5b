begin;
\ir ../helpers.psql
select plan(4);

-- One profile has more events than a call looks at, and somebody works on its first.
delete from credits.events;
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.watch(credits_tests.profile(1000, 0)) as busy,
       credits_tests.watch(credits_tests.profile(100, 0), 50) as other
\gset
select count(credits_tests.hold(:'busy', 1, '1 hour')) as made
  from generate_series(1, 200)
\gset
select credits_tests.set_time('2030-01-01 02:00Z') as later,
       (select count(*) from credits.expire_holds(10000)) as expired
\gset
select is((select count(*) from credits.events e where e.profile_id = :'busy'), 200::bigint,
          'many events');
select credits_tests.set_time('2030-01-01 02:01Z') as later,
       credits_tests.job(:'other', 60) as others
\gset
select is((select e.profile_id from credits.claim_events(1) e), :'busy', 'the oldest');
select is((select e.profile_id from credits.claim_events(1) e), :'other',
          'then that of another profile');
select is_empty('select from credits.claim_events(1)', 'and no more');

select * from finish();
rollback;
