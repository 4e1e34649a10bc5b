begin;
\ir ../helpers.psql
select plan(1);

select matches(
  credits.schema_version(),
  '^\d+\.\d+\.\d+$',
  'the version is major.minor.patch'
);

select * from finish();
rollback;
