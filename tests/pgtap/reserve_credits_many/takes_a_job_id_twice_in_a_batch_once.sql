begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(10, 0) as profile, credits_tests.profile(100, 0) as other,
       gen_random_uuid() as job, gen_random_uuid() as shared \gset

select is(
  credits_tests.outcomes('reserve_credits_many', jsonb_build_array(
    jsonb_build_object('profile_id', :'profile', 'job_id', :'job', 'cost', 4),
    jsonb_build_object('profile_id', :'profile', 'job_id', :'job', 'cost', 4),
    jsonb_build_object('profile_id', :'profile', 'job_id', :'job', 'cost', 5),
    jsonb_build_object('profile_id', :'other', 'job_id', :'job', 'cost', 4),
    jsonb_build_object('profile_id', :'profile', 'job_id', :'shared', 'cost', 50),
    jsonb_build_object('profile_id', :'other', 'job_id', :'shared', 'cost', 50))),
  'done, replayed, job_conflict, job_conflict, insufficient_credits, done',
  'the first that is not refused has it'
);
select is(credits_tests.buckets(:'profile') || ', ' || credits_tests.buckets(:'other'),
          '6 + 0, 50 + 0', 'it is paid once');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
