begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 10) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'promo') as pack \gset
select credits_tests.job(:'profile', 60) as job,
       credits_tests.set_time('2030-02-01 00:00Z') as later
\gset
select credits_tests.refund(:'job', 30, 'part-1'),
       credits_tests.refund(:'job')
\gset done_

select results_eq(
  format('select e.kind, e.addon_delta, e.outstanding from credits.explain_job(%L) e', :'job'),
  $$
    values ('reserve', -60::bigint, 60::bigint), ('refund', 30, 30), ('lapse', -20, 30),
           ('refund', 30, 0), ('lapse', -30, 0)
  $$,
  'what lapses had come back before'
);

select * from finish();
rollback;
