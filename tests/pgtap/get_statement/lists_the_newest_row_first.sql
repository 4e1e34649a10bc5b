begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.refund_job(%L)', :'job')) as done
\gset

select results_eq(
  format('select s.seq, s.kind from credits.get_statement(%L) s', :'profile'),
  $$ values (4::bigint, 'refund'), (3, 'grant'), (2, 'reserve'), (1, 'open') $$,
  'from the newest row to the opening'
);

select * from finish();
rollback;
