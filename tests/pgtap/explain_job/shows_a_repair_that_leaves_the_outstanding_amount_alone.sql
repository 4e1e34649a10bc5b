begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.imported_story() as profile \gset
select credits_tests.job(:'profile', 1900) as another \gset
select credits_tests.repaired(:'profile') as done \gset

select results_eq(
  format('select e.seq, e.kind, e.monthly_delta, e.addon_delta, e.outstanding
            from credits.explain_job(%L) e', credits_tests.old_id('A')),
  $$
    values (1::bigint, 'legacy', -500::bigint, -1500::bigint, 2000::bigint),
           (1, 'legacy', 2000, 0, 0),
           (3, 'repair', -100, 1500, 0)
  $$,
  'after the refund that it repairs'
);

select * from finish();
rollback;
