begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.imported(
         600, 3500, array[credits_tests.old_job('A', 2000, false)],
         credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                                  '+600 job refund: @A'),
         '{partial_refund}') as profile,
       credits_tests.old_id('A') as job
\gset
select credits_tests.refund(:'job', 900, 'part-1'),
       credits_tests.refund(:'job')
\gset done_

select results_eq(
  format('select e.seq, e.ts, e.kind, e.monthly_delta, e.addon_delta, e.outstanding, e.reason
            from credits.explain_job(%L) e', :'job'),
  format($$
    values
      (1::bigint, '2025-01-01 03:00Z'::timestamptz, 'legacy', -500::bigint, -1500::bigint,
       2000::bigint, 'job create: %1$s'),
      (1, '2025-01-01 04:00Z', 'legacy', 600, 0, 1400, 'job refund: %1$s'),
      (2, '2030-01-01 00:00Z', 'refund', 0, 900, 500,
       'job refund: %1$s (monthly: 0, addon: +900)'),
      (3, '2030-01-01 00:00Z', 'refund', 500, 0, 0,
       'job refund: %1$s (monthly: +500, addon: 0)')
  $$, :'job'),
  'oldest first, with what each moved in which bucket'
);
select results_eq(
  format('select e from credits.explain_job(%L) e', :'job'),
  format('select e from credits.explain_job(%L, %L) e', :'job', :'profile'),
  'also for its profile'
);

select * from finish();
rollback;
