begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset

select throws_ok(
  format('update credits.ledger l set addon_delta = 0 where l.profile_id = %L', :'profile'),
  '42501', 'ledger_is_append_only', 'no change'
);
select throws_ok(
  format('delete from credits.ledger l where l.profile_id = %L', :'profile'),
  '42501', 'ledger_is_append_only', 'no deletion'
);

select * from finish();
rollback;
