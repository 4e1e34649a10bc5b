begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 9) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.revoke(:'profile', 'pack 50', 30),
       credits_tests.reinstate(:'profile', 'pack 50')
\gset done_

select is(credits_tests.packs(:'profile'), '50', 'the pack is whole');
select is(credits_tests.buckets(:'profile'), '0 + 59', 'so is the bucket');
select is(
  (select k.expires_at from credits.packs k where k.profile_id = :'profile'),
  '2030-02-01 00:00Z'::timestamptz, 'it ends when it would have'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
