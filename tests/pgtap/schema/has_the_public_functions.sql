begin;
\ir ../helpers.psql
select plan(1);

select set_has(
  'select f.name from credits_tests.public_functions() f',
  $$
    select unnest(array['open_profile', 'get_balance', 'grant_addon', 'reserve_credits',
                        'refund_job', 'rollback_reservation', 'get_statement', 'schema_version'])
  $$,
  'every public function is there'
);

select * from finish();
rollback;
