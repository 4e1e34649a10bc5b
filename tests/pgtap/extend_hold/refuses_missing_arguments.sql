begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as job \gset

select credits_tests.refuses(
  format('select credits.extend_hold(%L, %L)', c.job, c.hold_for),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values ('job_id', null, '1 hour'), ('hold_for', :'job', null)) c (parameter, job, hold_for);

select * from finish();
rollback;
