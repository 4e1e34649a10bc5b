begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 0) as job \gset
select credits_tests.raise_job(:'job', 400), credits_tests.raise_job(:'job', 900),
       credits_tests.refund(:'job', 100, 'part-1'), credits_tests.raise_job(:'job', 850)
\gset done_

select results_eq(
  format('select e.seq, e.kind, e.monthly_delta, e.addon_delta, e.outstanding
            from credits.explain_job(%L) e', :'job'),
  $$
    values
      (1::bigint, 'reserve', 0::bigint, 0::bigint, 0::bigint),
      (2, 'raise', -400, 0, 400),
      (3, 'raise', -100, -400, 900),
      (4, 'refund', 0, 100, 800),
      (5, 'raise', 0, -50, 850)
  $$,
  'with what the job held after it'
);

select * from finish();
rollback;
