begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_story() as profile \gset

select credits_tests.refuses(
  format('select credits.repair_refunds(gen_random_uuid(), %L, %L, %L)', 'why', 'who', c.dry_run),
  'PT404', 'profile_not_found', '{}', c.description
)
from (values (false, 'a profile that nobody opened'), (true, 'for a dry run, too'))
     c (dry_run, description);

select * from finish();
rollback;
