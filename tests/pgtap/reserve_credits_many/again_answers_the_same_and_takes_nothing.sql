begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(100, 100) as profile \gset
select credits_tests.batch('{"cost": 60}' || jsonb_build_object('profile_id', :'profile'),
                           'job_id', gen_random_uuid()::text, gen_random_uuid()::text,
                           gen_random_uuid()::text) as batch \gset

select is(credits_tests.outcomes('reserve_credits_many', :'batch'),
          'done, done, done', 'the first time all are reserved');
select is(
  credits_tests.outcomes('reserve_credits_many', :'batch') || ' '
    || credits_tests.buckets(:'profile'),
  'replayed, replayed, replayed 0 + 20', 'the second time all are answered again'
);

select * from finish();
rollback;
