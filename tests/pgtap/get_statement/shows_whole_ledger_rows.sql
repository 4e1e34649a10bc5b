begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'part-1')) as done
\gset

select results_eq(
  format('select s.* from credits.get_statement(%L) s', :'profile'),
  format('select l.* from credits.ledger l where l.profile_id = %L order by l.seq desc',
         :'profile'),
  'every column is that of the ledger'
);

select * from finish();
rollback;
