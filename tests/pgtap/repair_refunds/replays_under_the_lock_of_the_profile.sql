begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.imported_story() as profile \gset
select credits_tests.repaired(:'profile') as done \gset

select is(
  credits_tests.locks(
    :'profile', 'credits.repair_refunds(%L, ''why'', ''who'')', credits_tests.old_id('A')),
  'unlocked, replayed, locked',
  'so that no answer is given that a failover could lose'
);

select * from finish();
rollback;
