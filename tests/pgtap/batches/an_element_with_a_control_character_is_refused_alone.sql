begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 30) as one, credits_tests.job(:'profile', 20) as two \gset
select jsonb_build_array(
         jsonb_build_object('job_id', :'one', 'reason', E'a\nb'),
         jsonb_build_object('job_id', :'two', 'reason', 'it failed'),
         jsonb_build_object('job_id', :'one', 'amount', 10, 'refund_id', E'part\t1')) as batch
\gset
select is(
  credits_tests.outcomes('refund_job_many', :'batch'),
  'invalid_reference, done, invalid_reference', 'the other one goes on'
);
select credits_tests.shows(
  (select r.error -> 'details' from credits.refund_job_many(:'batch') r where r.position = 1),
  '{"parameter": "reason", "control_character": "U+000A"}', 'it says which parameter and character'
);
select is(credits_tests.buckets(:'profile'), '470 + 5000', 'one refund was made');

select * from finish();
rollback;
