begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(10, 0) as profile \gset
select credits_tests.allow_overdraft(:'profile', 20) as done \gset

select is(
  credits_tests.outcomes(
    'reserve_credits_many',
    credits_tests.batch('{"cost": 10}' || jsonb_build_object('profile_id', :'profile'), 'job_id',
                        gen_random_uuid()::text, gen_random_uuid()::text, gen_random_uuid()::text,
                        gen_random_uuid()::text)),
  'done, done, done, insufficient_credits', 'three fit'
);
select is(credits_tests.buckets(:'profile'), '0 + -20', 'the debt is at its limit');

select * from finish();
rollback;
