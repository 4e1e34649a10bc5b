begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.imported(
  300, 0, '{}', credits_tests.old_ledger('+500 signup', '-200 job create: @A'), '{job_missing}'
) as profile \gset
select credits_tests.answer(format('credits.reserve_credits(%L, %L, 100)',
                                   :'profile', credits_tests.old_id('A'))) as done
\gset

select results_eq(
  format('select e.kind, e.outstanding from credits.explain_job(%L) e', credits_tests.old_id('A')),
  $$ values ('reserve', 100::bigint) $$,
  'a new job with the id of a job that was never imported'
);

select * from finish();
rollback;
