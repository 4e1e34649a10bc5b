begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-02 00:00Z', 'promo') as pack \gset
select credits_tests.hold(:'profile', 70, '1 day 1 hour') as job,
       credits_tests.pack(:'profile', 5, '2030-01-03 00:00Z') as next,
       credits_tests.set_time('2030-01-04 00:00Z') as later
\gset

select results_eq(
  format('select l.kind, l.addon_delta, l.job_id from credits.expire_packs(10000) l
           where l.profile_id = %L', :'profile'),
  format($$ values ('lapse', -50::bigint, %L::uuid), ('lapse', -5, null) $$, :'job'),
  'what came back to a promo pack, and what was left of a pack'
);
select is(
  credits_tests.history(:'profile', 4), 'expire +0 +70, lapse +0 -50, lapse +0 -5', 'the ledger'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
