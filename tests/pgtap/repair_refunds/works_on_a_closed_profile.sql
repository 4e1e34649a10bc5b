begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_story() as profile \gset
select credits_tests.close(:'profile') as done \gset

select is(
  credits_tests.repaired(:'profile'), '4: 1500 = 1500 taken + 0 written off', 'it is repaired'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
