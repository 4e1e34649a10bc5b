begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.refund_job(%L, 1600, %L)', :'job', 'part-1')) as done
\gset

select is(
  (select credits._outstanding(j) from credits.jobs j where j.id = :'job'), 400::bigint,
  'of both buckets'
);

select * from finish();
rollback;
