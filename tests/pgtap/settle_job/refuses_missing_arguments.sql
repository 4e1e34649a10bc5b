begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.settle_job(%L, 5, %L)', c.job, c.overage),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values ('job_id', null, 'cap'), ('overage', :'job', null)) c (parameter, job, overage);

select * from finish();
rollback;
