begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(10, 0) as reserving, credits_tests.profile(10, 0) as closed,
       credits_tests.profile(100, 0) as settling, credits_tests.profile(100, 0) as settling_too,
       credits_tests.profile(100, 0) as refunding, credits_tests.profile(100, 0) as refunding_too
\gset
select credits.close_profile(:'closed', 'why', 'who') as done \gset
select credits_tests.job(:'settling', 10) as a, credits_tests.job(:'settling', 10) as b,
       credits_tests.job(:'settling', 10) as c, credits_tests.job(:'settling', 10) as refunded,
       credits_tests.job(:'settling_too', 10) as d, credits_tests.job(:'refunding', 10) as e,
       credits_tests.job(:'refunding', 10) as f, credits_tests.job(:'refunding', 0) as free,
       credits_tests.job(:'refunding_too', 10) as g
\gset
select credits.refund_job(:'refunded') as done \gset

-- The elements of three batches, each with its outcome.
create temporary table element (
  name text,
  place integer generated always as identity,
  element jsonb,
  outcome text
);
insert into element (name, element, outcome)
select 'reserve_credits_many',
       jsonb_build_object('profile_id', :'reserving', 'job_id', gen_random_uuid(), 'cost', 4)
         || c.change,
       c.outcome
  from (values
    ('{}'::jsonb, 'done'),
    ('{"job_id": null}', 'missing_argument'),
    ('{"cost": 7}', 'insufficient_credits'),
    ('{"cost": 6}', 'done'),
    ('{"cost": -1}', 'invalid_amount'),
    ('{"cost": 0, "meta": [1]}', 'invalid_metadata'),
    ('{"cost": 0, "hold_for": "0 hours"}', 'invalid_interval'),
    (jsonb_build_object('profile_id', gen_random_uuid(), 'cost', 1), 'profile_not_found'),
    (jsonb_build_object('profile_id', :'closed', 'cost', 1), 'profile_closed'),
    ('{"profile_id": null, "cost": 1}', 'missing_argument')
  ) c (change, outcome);
insert into element (name, element, outcome)
values
  ('settle_job_many', jsonb_build_object('job_id', :'a', 'actual_cost', 4), 'done'),
  ('settle_job_many', jsonb_build_object('job_id', gen_random_uuid()), 'job_not_found'),
  ('settle_job_many', jsonb_build_object('job_id', :'b', 'actual_cost', 1000, 'overage', 'reject'),
   'insufficient_credits'),
  ('settle_job_many', jsonb_build_object('job_id', :'c', 'actual_cost', 30), 'done'),
  ('settle_job_many', jsonb_build_object('job_id', :'refunded'), 'wrong_state'),
  ('settle_job_many', jsonb_build_object('job_id', :'b', 'actual_cost', -1), 'invalid_amount'),
  ('settle_job_many', jsonb_build_object('job_id', :'b', 'overage', 'other'), 'invalid_option'),
  ('settle_job_many', jsonb_build_object('job_id', :'d', 'profile_id', :'settling'),
   'job_not_found'),
  ('settle_job_many', jsonb_build_object('job_id', :'d', 'profile_id', gen_random_uuid()),
   'profile_not_found'),
  ('settle_job_many', '{"actual_cost": 4}', 'missing_argument'),
  ('settle_job_many', jsonb_build_object('job_id', :'b', 'actual_cost', 10), 'done'),
  ('refund_job_many', jsonb_build_object('job_id', :'e'), 'done'),
  ('refund_job_many', jsonb_build_object('job_id', gen_random_uuid()), 'job_not_found'),
  ('refund_job_many', jsonb_build_object('job_id', :'g', 'reason', ' '), 'invalid_reference'),
  ('refund_job_many', jsonb_build_object('job_id', :'f', 'amount', 11, 'refund_id', 'part'),
   'refund_exceeds_deduction'),
  ('refund_job_many', jsonb_build_object('job_id', :'f', 'amount', 3, 'refund_id', 'part'), 'done'),
  ('refund_job_many', jsonb_build_object('job_id', :'f', 'amount', 4, 'refund_id', 'part'),
   'reference_conflict'),
  ('refund_job_many', jsonb_build_object('job_id', :'f', 'amount', 4), 'missing_argument'),
  ('refund_job_many', jsonb_build_object('job_id', :'f', 'refund_id', 'part'), 'missing_argument'),
  ('refund_job_many', jsonb_build_object('job_id', :'g', 'profile_id', :'refunding'),
   'job_not_found'),
  ('refund_job_many', jsonb_build_object('job_id', :'g', 'profile_id', gen_random_uuid()),
   'profile_not_found'),
  ('refund_job_many', '{"reason": "why"}', 'missing_argument'),
  ('refund_job_many', jsonb_build_object('job_id', :'free'), 'done'),
  ('refund_job_many', jsonb_build_object('job_id', :'f'), 'done');
create temporary table answer as
select b.name, b.outcomes, a.answer
  from (select e.name, jsonb_agg(e.element order by e.place) as elements,
               string_agg(e.outcome, ' ' order by e.place) as outcomes
          from element e
         group by e.name) b,
       lateral credits_tests.answers(b.name, b.elements) a (answer);

select is(
  string_agg(coalesce(a.answer #>> '{error, message}', 'done'), ' '
             order by a.answer -> 'position'),
  a.outcomes,
  format('%s: each element has its own answer', a.name)
)
from answer a
group by a.name, a.outcomes;
select is(
  a.answer -> 'error', c.error, format('%s: a refusal is what the single call raises', c.name)
)
from (values
  ('reserve_credits_many', 3,
   '{"code": "PT402", "message": "insufficient_credits",
     "details": {"required": 7, "available": 6, "monthly": 6, "addon": 0},
     "hint": "Add credits to the profile, or ask for less."}'::jsonb),
  ('settle_job_many', 5,
   '{"code": "PT409", "message": "wrong_state", "details": {"state": "refunded"},
     "hint": "The credits of this job went back before it was settled: reserve a new job."}'),
  ('refund_job_many', 4,
   '{"code": "PT409", "message": "refund_exceeds_deduction",
     "details": {"amount": 11, "refundable": 10},
     "hint": "Refund at most what the job still holds, or leave out amount to refund all of it."}')
) c (name, position, error)
join answer a on a.name = c.name and a.answer -> 'position' = to_jsonb(c.position);
select is(
  credits_tests.history(c.profile_id, c.after), c.history,
  format('%s: the ledger has what was done', c.name)
)
from (values
  ('reserve_credits_many', :'reserving'::uuid, 1, 'reserve -4 +0, reserve -6 +0'),
  ('settle_job_many', :'settling', 6, 'settle +6 +0, settle -20 +0'),
  ('refund_job_many', :'refunding', 3, 'refund +10 +0, refund +3 +0, refund +7 +0')
) c (name, profile_id, after, history);

select * from finish();
rollback;
