begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.refuses(
  format('select credits.grant_addon(gen_random_uuid(), 700, %L)', 'order-1'),
  'PT404', 'profile_not_found', '{}',
  'a profile that nobody opened is refused'
);

select * from finish();
rollback;
