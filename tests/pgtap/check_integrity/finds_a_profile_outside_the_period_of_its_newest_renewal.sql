begin;
\ir ../helpers.psql
select plan(3);

set local time zone 'UTC';
select credits_tests.profile(500, 5000) as renewed, credits_tests.profile(500, 5000) as never \gset
select credits_tests.renew(:'renewed', '2020-02-01 00:00Z', 800),
       credits_tests.renew(:'renewed', '2020-03-01 00:00Z', 800)
\gset done_
select credits_tests.sound(:'renewed');
update credits.profiles p set period_start = '2020-02-01 00:00Z'
 where p.id in (:'renewed', :'never');

select results_eq(
  format('select f.severity, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', c.profile),
  format($$
    values ('error', null::uuid, 'profile is in the period of its newest renewal', %L::text,
            '2020-02-01 00:00:00+00')
  $$, c.expected),
  c.description
)
from (values (:'renewed', '2020-03-01 00:00:00+00', 'in an older period'),
             (:'never', null, 'in a period that never began')) c (profile, expected, description);

select * from finish();
rollback;
