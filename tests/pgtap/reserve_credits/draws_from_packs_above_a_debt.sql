begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.set_overdraft(:'profile', 60) as done \gset
select credits_tests.job(:'profile', 50) as debt \gset
select credits_tests.pack(:'profile', 100, '2030-02-01 00:00Z') as pack \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 111)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 111, "available": 110, "monthly": 0, "addon": 50}',
  'the pack and what is left of the overdraft'
);
select credits_tests.job(:'profile', 105) as job \gset
select is(credits_tests.packs(:'profile'), '0', 'the whole pack is used');
select is(credits_tests.buckets(:'profile'), '0 + -55', 'then the debt grows');
select credits_tests.refund(:'job') as done \gset
select is(
  concat(credits_tests.packs(:'profile'), ', ', credits_tests.buckets(:'profile')), '100, 0 + 50',
  'a refund undoes both'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
