begin;
\ir ../helpers.psql
select plan(2);

-- A sweep that began a minute ago, and has the lock of this profile only now.
select credits_tests.set_time('2030-01-22 00:00Z') as now \gset
select credits_tests.watch(credits_tests.profile(0, 0)) as profile \gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack,
       credits_tests.set_time('2030-01-31 00:00Z') as later
\gset
select credits._announce_packs('2030-01-30 23:59Z', 10);

select is(
  (select e.occurred_at from credits.events e
    where e.profile_id = :'profile' and e.kind = 'pack.expiring'),
  '2030-01-31 00:00Z'::timestamptz, 'what others told since comes first'
);

-- One whose pack has expired meanwhile.
select credits_tests.set_time('2030-03-01 00:00Z') as now \gset
select credits_tests.watch(credits_tests.profile(0, 0)) as profile \gset
select credits_tests.pack(:'profile', 50, '2030-03-02 00:00Z') as pack,
       credits_tests.set_time('2030-03-02 00:00Z') as later
\gset
select credits._announce_packs('2030-03-01 23:59Z', 10);

select is_empty(
  format('select from credits.events e where e.profile_id = %L and e.kind = %L', :'profile',
         'pack.expiring'),
  'a pack that is over is not about to expire'
);

select * from finish();
rollback;
