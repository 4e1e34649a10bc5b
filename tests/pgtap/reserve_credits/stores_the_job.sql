begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object(
    'profile_id', :'profile', 'state', 'reserved', 'reserved_cost', 2000, 'settled_cost', null,
    'monthly_deducted', 500, 'addon_deducted', 1500,
    'monthly_refunded', 0, 'addon_refunded', 0, 'shortfall', 0,
    'reserve_seq', 2, 'closing_seq', null, 'hold_expires_at', null, 'finished_at', null
  ),
  'the job remembers what came from which bucket, and its ledger row'
);

select credits_tests.profile(500, 5000) as profile \gset
update credits.profiles p set period_start = '2024-02-01 00:00:00+00' where p.id = :'profile';
select credits_tests.job(:'profile', 2000) as job \gset

select is(
  (select j.period_start from credits.jobs j where j.id = :'job'),
  '2024-02-01 00:00:00+00'::timestamptz,
  'the job keeps the period it was reserved in'
);

select * from finish();
rollback;
