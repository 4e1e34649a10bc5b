begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.imported(
         500, 0, array[credits_tests.old_job_with('A', '{}'), credits_tests.old_job('B', 0)],
         credits_tests.old_ledger('+500 signup', '0 job create: @B'), '{meta_missing}') as profile
\gset

select results_eq(
  format('select e.seq, e.ts, e.kind, e.outstanding from credits.explain_job(%L) e',
         credits_tests.old_id('A')),
  $$ values (1::bigint, '2025-01-01 00:00Z'::timestamptz, 'reserve', 0::bigint) $$,
  'at its original time'
);
select is(
  (select string_agg(concat(e.kind, ' ', e.outstanding), ', ')
     from credits.explain_job(credits_tests.old_id('B')) e),
  'reserve 0, legacy 0', 'with its original rows'
);

select * from finish();
rollback;
