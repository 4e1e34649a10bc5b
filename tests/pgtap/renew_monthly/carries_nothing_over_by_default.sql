begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 800)',
                              :'profile', '2030-02-01 00:00Z')),
  '{"carried": 0, "lapsed": 500, "new_balance": 5800}', 'a cap of 0'
);

select * from finish();
rollback;
