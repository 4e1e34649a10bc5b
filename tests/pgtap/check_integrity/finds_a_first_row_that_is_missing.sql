begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.answer(format('credits.grant_addon(%L, 7, %L)', :'profile', 'a')) as done \gset
alter table credits.ledger disable trigger ledger_refuse_change;
delete from credits.ledger l where l.profile_id = :'profile' and l.seq = 1;

select results_eq(
  format('select f.rule, f.expected, f.found from credits.check_integrity(%L) f', :'profile'),
  $$ values ('ledger seq has no gap', '1', '2') $$,
  'the ledger begins at 1'
);

select * from finish();
rollback;
