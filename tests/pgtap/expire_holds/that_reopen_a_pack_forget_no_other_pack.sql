begin;
\ir ../helpers.psql
select plan(3);

-- A paid pack is spent by holds and expires. The first hold reopens it, and it is over again before
-- the second one is due. Another pack, of which no hold has anything, is due much later.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 20, '2030-01-01 01:00Z') as pack \gset
select count(r) as done
  from (values ('2 hours'::interval), ('30 days')) h (hold_for),
       credits.reserve_credits(:'profile', gen_random_uuid(), 10, hold_for => h.hold_for) r
\gset
select credits_tests.pack(:'profile', 7, '2030-06-01 00:00Z') as other \gset
select credits_tests.set_time('2030-01-01 01:30Z') as when_it_is_over \gset
select count(*) as done from credits.get_balance(:'profile') \gset
select credits_tests.set_time('2030-03-01 00:00Z') as later \gset
select count(*) as done from credits.expire_holds(10) \gset

select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'),
  '2030-06-01 00:00Z'::timestamptz, 'the other pack is remembered'
);
select credits_tests.sound(:'profile');
select credits_tests.set_time('2030-07-01 00:00Z') as after_all \gset
select is(
  (select b.available from credits.get_balance(:'profile') b), 0::bigint, 'and lapses in time'
);

select * from finish();
rollback;
