begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 10, '1 hour') as job,
       credits_tests.job(:'profile', 1) as plain
\gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.refuses(
  format('select credits.extend_hold(%L, %L)', c.job, '1 hour'),
  'PT410', 'profile_closed', '{}', c.description
)
from (values (:'job', 'an open hold'), (:'plain', 'before the state is checked'))
     c (job, description);

select * from finish();
rollback;
