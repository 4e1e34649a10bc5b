begin;
\ir ../helpers.psql
select plan(57);

select credits_tests.member_of('credits_admin') as admin,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.job(:'profile', 2000) as job \gset

select is(credits_tests.outcome(:'admin', c.call), '00000', c.name)
  from credits_tests.calls(:'profile', :'job') c;
select is_empty(
  format('select f.name from credits_tests.public_functions() f
           where not has_function_privilege(%L, f.oid, ''execute'')', :'admin'),
  'none is missing'
);

select * from finish();
rollback;
