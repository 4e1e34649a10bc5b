begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(10, 0) as profile
\gset
select credits_tests.set_overdraft(:'profile', 60) as done \gset
select credits_tests.job(:'profile', 60) as debt \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 800, 300)',
                              :'profile', '2030-02-01 00:00Z')),
  '{"carried": 0, "lapsed": 0, "previous_balance": -50, "new_balance": 750}',
  'the debt is in the balances'
);
select is(credits_tests.buckets(:'profile'), '800 + -50', 'and in its bucket');
select credits_tests.pack(:'profile', 5, '2030-05-01 00:00Z') as pack \gset
select credits_tests.renew(:'profile', '2030-03-01 00:00Z', 1) as done \gset
select is(
  concat(credits_tests.buckets(:'profile'), ', ', credits_tests.packs(:'profile')), '1 + -45, 5',
  'a pack is as it was'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
