begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as done \gset

select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  jsonb_build_object(
    'seq', 3, 'kind', 'refund', 'job_id', :'job', 'reference', null, 'actor', null,
    'monthly_delta', 500, 'addon_delta', 1500, 'monthly_balance', 500, 'addon_balance', 5000
  ),
  'the row has what came back and what is there now'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: +500, addon: +1500)', :'job'),
  'its reason says the same to people'
);
select is(
  (select count(*) from credits.ledger l where l.profile_id = :'profile'),
  3::bigint,
  'it is one row'
);

select * from finish();
rollback;
