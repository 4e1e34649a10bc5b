begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.imported_story() as profile \gset

select is(
  credits_tests.locks(:'profile', 'credits.import_profile(%L, 2000, 3500)', null),
  'unlocked, replayed, locked',
  'so that no answer is given that a failover could lose'
);

select * from finish();
rollback;
