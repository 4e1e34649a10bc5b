begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, %L)', c.profile, c.job, c.cost),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values
  ('profile_id', null, :'job', 2000),
  ('job_id', :'profile', null, 2000),
  ('cost', :'profile', :'job', null)
) c (parameter, profile, job, cost);

select * from finish();
rollback;
