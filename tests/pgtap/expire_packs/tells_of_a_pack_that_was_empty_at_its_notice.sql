begin;
\ir ../helpers.psql
select plan(5);

-- A job has all of it when the notice is due, and gives back later.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile,
       credits_tests.watch(credits_tests.profile(0, 0)) as other
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack,
       credits_tests.job(:'profile', 50) as job,
       credits_tests.watch(:'profile') as watched,
       credits_tests.pack(:'other', 50, '2030-02-01 00:00Z') as others_pack,
       credits_tests.hold(:'other', 50, '1 hour') as others_hold
\gset
select credits_tests.settle(:'others_hold', 50) as settled,
       credits_tests.set_time('2030-01-30 00:00Z') as later,
       (select count(*) from credits.expire_packs(10000)) as swept
\gset
select is(credits_tests.events(:'profile'), null, 'nothing is in it');
select credits_tests.settle(:'job', 20) as settled,
       (select count(*) from credits.expire_packs(10000)) as swept
\gset
select is(credits_tests.events(:'profile'), 'pack.expiring 2', 'what came back is told of');
select count(*) as swept from credits.expire_packs(10000) \gset
select is(credits_tests.events(:'profile'), 'pack.expiring 2', 'once');

-- A hold that was settled long ago does not stand in the way.
select credits_tests.pack(:'other', 30, '2030-02-01 00:00Z') as more,
       (select count(*) from credits.expire_packs(10000)) as swept
\gset
select is(
  (select count(*) from credits.events e
    where e.profile_id = :'other' and e.kind = 'pack.expiring'),
  1::bigint, 'nor does a hold that was settled'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
