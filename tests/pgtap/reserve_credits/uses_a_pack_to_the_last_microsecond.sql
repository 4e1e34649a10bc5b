begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.set_time('2030-01-31 23:59:59.999999Z') as later \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, gen_random_uuid(), 50)', :'profile')),
  '{"addon_deducted": 50, "new_balance": 0}', 'then it is there'
);

select * from finish();
rollback;
