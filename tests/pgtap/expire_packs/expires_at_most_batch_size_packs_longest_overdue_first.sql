begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.set_time('1990-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as first, credits_tests.profile(0, 0) as second,
       credits_tests.profile(0, 0) as third
\gset
select credits_tests.pack(:'second', 20, '1990-02-02 00:00Z'),
       credits_tests.pack(:'first', 10, '1990-02-01 00:00Z'),
       credits_tests.pack(:'first', 12, '1990-02-04 00:00Z'),
       credits_tests.pack(:'first', 11, '1990-02-03 00:00Z'),
       credits_tests.pack(:'third', 30, '1990-02-05 00:00Z'),
       credits_tests.pack(:'third', 31, '1990-02-06 00:00Z')
\gset pack_
select credits_tests.set_time('1990-03-01 00:00Z') as later \gset

select results_eq(
  'select l.profile_id, l.addon_delta from credits.expire_packs(1) l',
  format('values (%L::uuid, -10::bigint)', :'first'),
  'the longest overdue first'
);
select is(credits_tests.packs(:'first'), '0 12 11', 'and no other one of its profile');
select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'first'),
  '1990-02-03 00:00Z', 'the profile knows that more of it is overdue'
);
select results_eq(
  'select l.profile_id, l.addon_delta from credits.expire_packs(3) l',
  format('values (%1$L::uuid, -20::bigint), (%2$L, -11), (%2$L, -12)', :'second', :'first'),
  'one profile after the other, as its first pack is due'
);
select results_eq(
  'select l.profile_id, l.addon_delta from credits.expire_packs(1) l',
  format('values (%L::uuid, -30::bigint)', :'third'),
  'then the next'
);

-- Holds that were due before a pack go first, and count.
select credits_tests.set_time('1990-01-01 00:00Z') as now, credits_tests.profile(100, 0) as mixed \gset
select credits_tests.pack(:'mixed', 40, '1990-02-01 12:00Z') as pack \gset
select credits_tests.hold(:'mixed', 5, '31 days'), credits_tests.hold(:'mixed', 6, '31 days 6 hours'),
       credits_tests.hold(:'mixed', 7, '32 days')
\gset hold_
select credits_tests.set_time('1990-03-01 00:00Z') as later \gset

select is_empty('select from credits.expire_packs(1)', 'a hold was due before the pack');
select is(credits_tests.history(:'mixed', 5), 'expire +5 +0', 'it has gone back');
select is_empty('select from credits.expire_packs(1)', 'as was another one');
select results_eq(
  'select l.profile_id, l.addon_delta from credits.expire_packs(1) l',
  format('values (%L::uuid, -40::bigint)', :'mixed'),
  'each call comes nearer to the pack'
);
select is(
  credits_tests.history(:'mixed', 5), 'expire +5 +0, expire +6 +0, lapse +0 -40',
  'and what is due later waits'
);

select * from finish();
rollback;
