begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits.set_alert(:'profile', 50, '{hold.expired}') as alert \gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack,
       credits_tests.hold(:'profile', 100, '1 hour') as hold,
       credits_tests.set_time('2030-02-01 00:00Z') as later,
       credits_tests.job(:'profile', 100) as job
\gset
select is(
  (select string_agg(e.kind, ', ') from credits.events e where e.profile_id = :'profile'),
  'hold.expired', 'neither the low balance nor the pack'
);
select is((select concat(a.low, a.depleted) from credits.alerts a where a.profile_id = :'profile'),
          'tt', 'which is known all the same');

-- Not what did not happen.
select credits_tests.watch(credits_tests.profile(0, 100)) as other \gset
select credits_tests.hold(:'other', 10, '1 hour') as hold \gset
select credits_tests.settle(:'hold', 7) as settled_for_less,
       credits_tests.settle(credits_tests.job(:'other', 10), 20) as settled_for_more
\gset
select is(credits_tests.events(:'other'), null, 'a settlement that the buckets could pay');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
