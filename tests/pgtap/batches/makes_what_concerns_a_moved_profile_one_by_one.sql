begin;
\ir ../helpers.psql
select plan(6);

-- A job of the successor needs what another job of the batch gives back before it, and brings what
-- one after it needs.
select credits_tests.profile(0, 100) as profile, credits_tests.profile(0, 50) as other,
       credits_tests.profile(0, 50) as apart
\gset
select credits_tests.job(:'profile', 40) as one, credits_tests.job(:'profile', 60) as two,
       credits_tests.job(:'other', 50) as wants, credits_tests.job(:'apart', 50) as away
\gset
select credits_tests.move(:'profile', :'other') as done \gset

select is(
  credits_tests.outcomes('settle_job_many', jsonb_build_array(
    jsonb_build_object('job_id', :'away', 'actual_cost', 10),
    jsonb_build_object('job_id', :'one', 'actual_cost', 10),
    jsonb_build_object('job_id', :'wants', 'actual_cost', 80, 'overage', 'reject'),
    jsonb_build_object('job_id', gen_random_uuid()))),
  'done, done, done, job_not_found', 'each finds what those before it gave back'
);
select is(credits_tests.buckets(:'other'), '0 + 0', 'all of which is spent');
select credits_tests.shows(a.answer -> 'refund', a.expected, a.what)
  from (
    select t.answer, e.expected, e.what
      from credits_tests.answers('refund_job_many', jsonb_build_array(
             jsonb_build_object('job_id', :'one'), jsonb_build_object('job_id', :'two'))) t (answer)
      join (values (1, '{"previous_balance": 0, "new_balance": 10}'::jsonb, 'as a single refund'),
                   (2, '{"previous_balance": 0, "new_balance": 60}', 'and the next one'))
             e (position, expected, what) on e.position = (t.answer ->> 'position')::integer
  ) a;
select is(credits_tests.buckets(:'other'), '0 + 70', 'both have followed');
select credits_tests.sound(null);

select * from finish();
rollback;
