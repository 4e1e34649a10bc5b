begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.imported_story() as profile \gset

select credits_tests.refuses(
  'select credits.audit_refunds(gen_random_uuid())',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);

select * from finish();
rollback;
