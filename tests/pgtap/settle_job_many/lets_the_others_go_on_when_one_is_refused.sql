begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(100, 0) as profile, credits_tests.profile(100, 0) as other \gset
select credits_tests.job(:'profile', 10) as a, credits_tests.job(:'profile', 10) as b,
       credits_tests.job(:'profile', 10) as c, credits_tests.job(:'profile', 10) as refunded,
       credits_tests.job(:'other', 10) as d \gset
select credits.refund_job(:'refunded') as done \gset

create temporary table answer as
select s.*
  from credits.settle_job_many(jsonb_build_array(
         jsonb_build_object('job_id', :'a', 'actual_cost', 4),
         jsonb_build_object('job_id', gen_random_uuid()),
         jsonb_build_object('job_id', :'b', 'actual_cost', 1000, 'overage', 'reject'),
         jsonb_build_object('job_id', :'c', 'actual_cost', 30),
         jsonb_build_object('job_id', :'refunded'),
         jsonb_build_object('job_id', :'b', 'actual_cost', -1),
         jsonb_build_object('job_id', :'b', 'overage', 'other'),
         jsonb_build_object('job_id', :'d', 'profile_id', :'profile'),
         jsonb_build_object('job_id', :'d', 'profile_id', gen_random_uuid()),
         jsonb_build_object('actual_cost', 4),
         jsonb_build_object('job_id', :'b', 'actual_cost', 10))) s;
select is(
  (select string_agg(coalesce(a.error ->> 'message', 'done'), ' ' order by a.position)
     from answer a),
  'done job_not_found insufficient_credits done wrong_state invalid_amount invalid_option '
  'job_not_found profile_not_found missing_argument done',
  'each has its own answer'
);
select is(
  (select a.error from answer a where a.position = 5),
  '{"code": "PT409", "message": "wrong_state", "details": {"state": "refunded"},
    "hint": "The credits of this job went back before it was settled: reserve a new job."}',
  'a refusal is what the single call raises'
);
select is(credits_tests.history(:'profile', 6), 'settle +6 +0, settle -20 +0',
          'the ledger has what was done');

select * from finish();
rollback;
