begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.member_of(variadic '{}') as nobody \gset

select is(
  credits_tests.outcome(:'nobody', 'select credits.schema_version()'), '42501',
  'not even for the version'
);
select is(
  has_schema_privilege(:'nobody', 'credits', 'usage, create'), false, 'it may not use the schema'
);

select * from finish();
rollback;
