begin;
\ir ../helpers.psql
select plan(4);

select is(
  credits_tests.damage(500, 0, c.jobs, credits_tests.old_ledger(variadic c.lines)),
  c.found,
  c.description
)
from (values
  (array[credits_tests.old_job('B', 200, false)],
   array['+500 signup', '-200 job create: @A', '+200 job refund: @A'],
   'job_missing 2', 'each row of it is named'),
  (array[credits_tests.old_job('A', 200, false)],
   array['+500 signup', '-200 job create: @A', '+200 job refund: @A'], null,
   'the job is not missing'),
  ('{}', array['+500 signup', '-200 monthly credits used', '+200 monthly credits back'], null,
   'rows that name no job'),
  ('{}', array['+300 signup', '+200 monthly credits for order @A'], null,
   'rows whose order only looks like a job')
) c (jobs, lines, found, description);

select * from finish();
rollback;
