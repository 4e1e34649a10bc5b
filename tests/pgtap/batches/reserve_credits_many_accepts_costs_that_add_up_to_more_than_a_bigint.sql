begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(1, 9007199254740990) as profile \gset

select is(
  credits_tests.outcomes(
    'reserve_credits_many',
    credits_tests.batch(
      '{"cost": 9007199254740991}' || jsonb_build_object('profile_id', :'profile'), 'job_id',
      variadic array(select gen_random_uuid()::text from generate_series(1, 1100)))),
  'done' || repeat(', insufficient_credits', 1099), 'one fits'
);
select is(credits_tests.buckets(:'profile'), '0 + 0', 'nothing is left');

select * from finish();
rollback;
