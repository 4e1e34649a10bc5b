begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(100, 0) as profile, credits_tests.profile(100, 0) as other \gset
select credits_tests.job(:'profile', 10) as a, credits_tests.job(:'profile', 10) as b,
       credits_tests.job(:'profile', 0) as free, credits_tests.job(:'other', 10) as c \gset

create temporary table answer as
select r.*
  from credits.refund_job_many(jsonb_build_array(
         jsonb_build_object('job_id', :'a'),
         jsonb_build_object('job_id', gen_random_uuid()),
         jsonb_build_object('job_id', :'c', 'reason', ' '),
         jsonb_build_object('job_id', :'b', 'amount', 11, 'refund_id', 'part'),
         jsonb_build_object('job_id', :'b', 'amount', 3, 'refund_id', 'part'),
         jsonb_build_object('job_id', :'b', 'amount', 4, 'refund_id', 'part'),
         jsonb_build_object('job_id', :'b', 'amount', 4),
         jsonb_build_object('job_id', :'b', 'refund_id', 'part'),
         jsonb_build_object('job_id', :'c', 'profile_id', :'profile'),
         jsonb_build_object('job_id', :'c', 'profile_id', gen_random_uuid()),
         jsonb_build_object('reason', 'why'),
         jsonb_build_object('job_id', :'free'),
         jsonb_build_object('job_id', :'b'))) r;
select is(
  (select string_agg(coalesce(a.error ->> 'message', 'done'), ' ' order by a.position)
     from answer a),
  'done job_not_found invalid_reference refund_exceeds_deduction done reference_conflict '
  'missing_argument missing_argument job_not_found profile_not_found missing_argument done done',
  'each has its own answer'
);
select is(
  (select a.error from answer a where a.position = 4),
  '{"code": "PT409", "message": "refund_exceeds_deduction",
    "details": {"amount": 11, "refundable": 10},
    "hint": "Refund at most what the job still holds, or leave out amount to refund all of it."}',
  'a refusal is what the single call raises'
);
select is(credits_tests.history(:'profile', 3), 'refund +10 +0, refund +3 +0, refund +7 +0',
          'the ledger has what was done');

select * from finish();
rollback;
