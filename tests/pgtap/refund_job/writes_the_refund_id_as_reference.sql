begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.refund_job(%L, 1600, %L)', :'job', 'part-1')) as done
\gset

select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  jsonb_build_object('seq', 3, 'kind', 'refund', 'job_id', :'job', 'reference', 'part-1',
                     'monthly_delta', 100, 'addon_delta', 1500),
  'the row of a part carries its key'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: +100, addon: +1500)', :'job'),
  'and the same reason as any refund'
);

select * from finish();
rollback;
