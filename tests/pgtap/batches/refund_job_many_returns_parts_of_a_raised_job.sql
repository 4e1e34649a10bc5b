begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 600) as job \gset
select credits_tests.raise_job(:'job', 900) as done \gset

select is(
  (select count(*)
     from credits.refund_job_many(jsonb_build_array(
            jsonb_build_object('job_id', :'job', 'amount', 100, 'refund_id', 'part-1'),
            jsonb_build_object('job_id', :'job', 'amount', 50, 'refund_id', 'part-2')))
    where error is null),
  2::bigint, 'both parts'
);
select is(
  (select r.returned from credits.raises r where r.job_id = :'job'), 150::bigint,
  'the raise knows of both'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
