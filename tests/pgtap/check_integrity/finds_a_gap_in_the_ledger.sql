begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.set_overdraft(:'profile', 60),
       credits_tests.job(:'profile', 7)
\gset done_
alter table credits.ledger disable trigger ledger_refuse_change;
delete from credits.ledger l where l.profile_id = :'profile' and l.seq = 2;

select results_eq(
  format('select f.severity, f.profile_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', :'profile'),
  format($$ values ('error', %L::uuid, 'ledger seq has no gap', '2', '3') $$, :'profile'),
  'at the row after the gap'
);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 7, 'a') as done \gset
alter table credits.ledger disable trigger ledger_refuse_change;
delete from credits.ledger l where l.profile_id = :'profile' and l.seq = 1;

select results_eq(
  format('select f.rule, f.expected, f.found from credits.check_integrity(%L) f', :'profile'),
  $$ values ('ledger seq has no gap', '1', '2') $$,
  'the ledger begins at 1'
);

select * from finish();
rollback;
