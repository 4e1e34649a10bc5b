begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(50, 0) as profile
\gset
select credits_tests.pack(:'profile', 10, '2030-02-01 00:00Z', reference => 'a'),
       credits_tests.pack(:'profile', 10, '2030-03-01 00:00Z', reference => 'b')
\gset pack_
select credits_tests.job(:'profile', 50) as monthly, credits_tests.job(:'profile', 10) as one \gset

select is(credits_tests.packs(:'profile'), '0 10', 'monthly credits first, then the first pack');
select is(
  (select count(*) from credits.pack_draws d where d.profile_id = :'profile'), 1::bigint,
  'there is one draw'
);

select * from finish();
rollback;
