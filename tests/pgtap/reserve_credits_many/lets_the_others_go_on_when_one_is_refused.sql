begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(10, 0) as profile, credits_tests.profile(10, 0) as closed,
       gen_random_uuid() as job \gset
select credits.close_profile(:'closed', 'why', 'who') as done \gset

create temporary table answer as
select b.*
  from credits.reserve_credits_many(
         credits_tests.batch('{"cost": 4}' || jsonb_build_object('profile_id', :'profile'),
                             'job_id', variadic array[gen_random_uuid()::text, null])
         || jsonb_build_array(
              jsonb_build_object('profile_id', :'profile', 'job_id', gen_random_uuid(),
                                 'cost', 7),
              jsonb_build_object('profile_id', :'profile', 'job_id', gen_random_uuid(),
                                 'cost', 6),
              jsonb_build_object('profile_id', :'profile', 'job_id', gen_random_uuid(),
                                 'cost', -1),
              jsonb_build_object('profile_id', :'profile', 'job_id', gen_random_uuid(),
                                 'cost', 0, 'meta', jsonb '[1]'),
              jsonb_build_object('profile_id', :'profile', 'job_id', gen_random_uuid(),
                                 'cost', 0, 'hold_for', '0 hours'),
              jsonb_build_object('profile_id', gen_random_uuid(), 'job_id', gen_random_uuid(),
                                 'cost', 1),
              jsonb_build_object('profile_id', :'closed', 'job_id', gen_random_uuid(), 'cost', 1),
              jsonb_build_object('job_id', gen_random_uuid(), 'cost', 1))) b;
select is(
  (select string_agg(coalesce(a.error ->> 'message', 'done'), ' ' order by a.position)
     from answer a),
  'done missing_argument insufficient_credits done invalid_amount invalid_metadata '
  'invalid_interval profile_not_found profile_closed missing_argument',
  'each has its own answer'
);
select is(
  (select a.error from answer a where a.position = 3),
  '{"code": "PT402", "message": "insufficient_credits",
    "details": {"required": 7, "available": 6, "monthly": 6, "addon": 0},
    "hint": "Add credits to the profile, or ask for less."}',
  'a refusal is what the single call raises'
);
select is(credits_tests.history(:'profile'), 'reserve -4 +0, reserve -6 +0',
          'what comes after a refusal and fits is taken');

select * from finish();
rollback;
