begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.refund(:'job') as done
\gset

select results_eq(
  format('select s.seq, s.kind from credits.get_statement(%L) s', :'profile'),
  $$ values (4::bigint, 'refund'), (3, 'grant'), (2, 'reserve'), (1, 'open') $$,
  'from the newest row to the opening'
);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.refund(:'job', 100, 'part-1') as done
\gset

select results_eq(
  format('select s.* from credits.get_statement(%L) s', :'profile'),
  format('select l.* from credits.ledger l where l.profile_id = %L order by l.seq desc',
         :'profile'),
  'every column is that of the ledger'
);

select * from finish();
rollback;
