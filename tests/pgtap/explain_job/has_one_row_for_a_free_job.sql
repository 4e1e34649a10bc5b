begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.job(:'profile', 0) as free,
       credits_tests.set_time('2030-01-02 00:00Z') as later,
       credits_tests.job(:'profile', 0) as dear
\gset
select credits_tests.settle(:'dear', 5) as done \gset

select results_eq(
  format('select to_jsonb(e) from credits.explain_job(%L) e', :'free'),
  format('select %L::jsonb', jsonb_build_object(
    'seq', 1, 'ts', '2030-01-01 00:00Z'::timestamptz, 'kind', 'reserve', 'monthly_delta', 0,
    'addon_delta', 0, 'outstanding', 0, 'reason', format('job reserve: %s (free)', :'free'))),
  'without deltas'
);
select results_eq(
  format('select e.seq, e.kind, e.outstanding from credits.explain_job(%L) e', :'dear'),
  $$ values (1::bigint, 'reserve', 0::bigint), (2, 'settle', 5) $$,
  'and another if it settled for more'
);

select * from finish();
rollback;
