begin;
\ir ../helpers.psql
select plan(1);

select is(
  credits_tests.level_after(
    'off', format('credits.get_balance(%L)', credits_tests.profile(500, 5000))),
  'off',
  'a read has nothing to make durable'
);

select * from finish();
rollback;
