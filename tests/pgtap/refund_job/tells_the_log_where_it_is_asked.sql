begin;
\ir ../helpers.psql
select plan(2);

set local credits.log_returns = on;
select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset
select is(
  (credits.refund_job(:'job')).amount, 2000::bigint,
  'a refund that the log is told of gives back as any other'
);
select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset
select is(
  (select sum((a.refund).amount)
     from credits.refund_job_many(jsonb_build_array(jsonb_build_object('job_id', :'job'))) a),
  2000::numeric,
  'and so does a batch'
);

select * from finish();
rollback;
