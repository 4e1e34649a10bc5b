begin;
\ir ../helpers.psql
select plan(3);

-- A hold returns to the month and lapses nothing; the row after it is the lapse of the pack.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(50, 0) as profile
\gset
select credits_tests.hold(:'profile', 30, '1 hour'),
       credits_tests.pack(:'profile', 10, '2030-01-01 02:00Z'),
       credits_tests.set_time('2030-01-01 03:00Z') as later
\gset
select results_eq(
  format('select l.kind, l.addon_delta from credits.expire_packs() l where l.profile_id = %L',
         :'profile'),
  $$ values ('lapse', -10::bigint) $$,
  'the pack, once, and not the hold'
);
select is(
  (select string_agg(l.kind, ' ' order by l.seq) from credits.ledger l
    where l.profile_id = :'profile'),
  'open reserve grant expire lapse', 'though both have ended'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
