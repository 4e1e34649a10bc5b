begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.job(:'profile', 2000) as job, credits_tests.job(:'profile', 100) as another
\gset
select credits_tests.refund(:'job', 300, 'part-1'),
       credits_tests.refund(:'another'),
       credits_tests.settle(:'job', 1800),
       credits_tests.set_time('2030-01-02 00:00Z'),
       credits_tests.refund(:'job')
\gset done_

select results_eq(
  format('select e.seq, e.ts, e.kind, e.monthly_delta, e.addon_delta, e.outstanding, e.reason
            from credits.explain_job(%L) e', :'job'),
  format($$
    values
      (2::bigint, '2030-01-01 00:00Z'::timestamptz, 'reserve', -500::bigint, -1500::bigint,
       2000::bigint, 'job reserve: %1$s (monthly: -500, addon: -1500)'),
      (4, '2030-01-01 00:00Z', 'refund', 0, 300, 1700,
       'job refund: %1$s (monthly: 0, addon: +300)'),
      (6, '2030-01-01 00:00Z', 'settle', 0, -100, 1800,
       'job settle: %1$s (monthly: 0, addon: -100)'),
      (7, '2030-01-02 00:00Z', 'refund', 500, 1300, 0,
       'job refund: %1$s (monthly: +500, addon: +1300)')
  $$, :'job'),
  'oldest first, with what the job held after each row'
);

select * from finish();
rollback;
