begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.imported_story() as profile
\gset
select credits_tests.hold(:'profile', 1900, '1 hour') as job,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset

select is(
  credits_tests.repaired(:'profile'), '4: 1500 = 1500 taken + 0 written off',
  'what a hold gives back is there to be taken'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
