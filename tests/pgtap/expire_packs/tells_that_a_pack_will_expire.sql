begin;
\ir ../helpers.psql
select plan(12);

delete from credits.events;
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as unwatched,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', reference => 'before'),
       credits_tests.pack(:'unwatched', 50, '2030-02-01 00:00Z')
\gset pack_
select credits_tests.watch(:'profile') as watched,
       credits_tests.pack(:'profile', 30, '2030-02-02 00:00Z', reference => 'after') as pack,
       credits_tests.pack(:'profile', 20, '2030-02-02 00:00Z', priority => 5, reference => 'spent')
         as spent
\gset
select credits_tests.set_time('2030-01-28 23:59:59Z') as early,
       (select count(*) from credits.expire_packs()) as swept
\gset
select is(credits_tests.events(:'profile'), null, 'not before three days');
select credits_tests.set_time('2030-01-29 00:00Z') as now,
       (select count(*) from credits.expire_packs()) as swept
\gset
select is(credits_tests.events(:'profile'), 'pack.expiring 2', 'the first');
select is(
  (select e.payload from credits.events e where e.profile_id = :'profile'),
  jsonb_build_object('grant_seq', 2, 'reference', 'before', 'remaining', 50,
                     'expires_at', '2030-02-01 00:00Z'::timestamptz),
  'with what is left of it'
);
select credits_tests.set_time('2030-01-30 00:00Z') as later,
       credits_tests.job(:'profile', 95) as job
\gset
select count(*) as swept from credits.expire_packs(1) \gset
select is(credits_tests.events(:'profile', 2), 'pack.expiring 4',
          'one that is spent is passed over');
select count(*) as swept from credits.expire_packs() \gset
select is(credits_tests.events(:'profile', 2), 'pack.expiring 4', 'then the next');
select count(*) as swept from credits.expire_packs() \gset
select is(credits_tests.events(:'profile', 2), 'pack.expiring 4', 'and each once');
-- A hold that is overdue may still fill its pack.
select credits_tests.set_time('2030-03-01 00:00Z') as now,
       credits_tests.watch(credits_tests.profile(0, 0)) as holder,
       credits_tests.watch(credits_tests.profile(0, 0)) as half
\gset
select credits_tests.pack(:'holder', 50, '2030-03-05 00:00Z') as pack,
       credits_tests.hold(:'holder', 50, '1 day') as hold,
       credits_tests.pack(:'half', 50, '2030-03-05 00:00Z') as half_pack,
       credits_tests.hold(:'half', 40, '1 day') as half_hold,
       credits_tests.set_time('2030-03-03 00:00Z') as later,
       (select count(*) from credits.expire_packs()) as swept
\gset
select is(credits_tests.events(:'holder'), 'credits.depleted 3', 'it waits for the hold');
select is(credits_tests.events(:'half'), null, 'and for one that took a part of it');
select (select count(*) from credits.expire_holds()) as holds,
       (select count(*) from credits.expire_packs()) as packs
\gset
select is(credits_tests.events(:'holder'), format('credits.depleted 3, pack.expiring 2, hold.expired 4 %s', :'hold'),
          'which gives back first');
select is(
  (select e.payload ->> 'remaining' from credits.events e
    where e.profile_id = :'half' and e.kind = 'pack.expiring'),
  '50', 'and is told of with what is in it then'
);
select is((select count(*) from credits.events e where e.profile_id = :'unwatched'), 0::bigint,
          'nobody asked about the other profile');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
