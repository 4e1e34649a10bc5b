begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L, %L)',
                              :'profile', 'order-1', '2030-02-01 00:00Z')),
  '{"kind": "paid", "priority": 0}', 'the answer'
);

select * from finish();
rollback;
