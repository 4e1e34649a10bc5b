begin;
\ir ../helpers.psql
select plan(57);

select credits_tests.member_of('credits_app') as app,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.job(:'profile', 2000) as job \gset

select is(
  credits_tests.outcome(:'app', c.call),
  case when c.name = any(credits_tests.app_functions()) then '00000' else '42501' end,
  c.name
)
from credits_tests.calls(:'profile', :'job') c;
select set_eq(
  format('select f.name from credits_tests.public_functions() f
           where has_function_privilege(%L, f.oid, ''execute'')', :'app'),
  credits_tests.app_functions(),
  'it may run these and no other'
);

select * from finish();
rollback;
