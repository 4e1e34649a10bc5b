begin;
\ir ../helpers.psql
select plan(59);

select credits_tests.member_of(variadic '{}') as nobody \gset

select is(
  credits_tests.outcome(:'nobody', 'select credits.schema_version()'), '42501',
  'not even for the version'
);
select is(
  has_schema_privilege(:'nobody', 'credits', 'usage, create'), false, 'it may not use the schema'
);

select credits_tests.member_of(variadic '{}') as nobody,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.job(:'profile', 2000) as job \gset
select format('grant usage on schema credits to %I', :'nobody') \gexec

select is(credits_tests.outcome(:'nobody', c.call), '42501', c.name)
  from credits_tests.calls(:'profile', :'job') c;
select is_empty(
  format('select f.oid::regprocedure from pg_catalog.pg_proc f
           where f.pronamespace = ''credits''::regnamespace
             and has_function_privilege(%L, f.oid, ''execute'')', :'nobody'),
  'there is no function it may run'
);

select * from finish();
rollback;
