begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(1000, 2000) as profile \gset
select credits_tests.job(:'profile', 1500) as job \gset
select credits_tests.roll_back(:'job') as done \gset

select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  jsonb_build_object(
    'seq', 3, 'kind', 'rollback', 'job_id', :'job', 'reference', null, 'actor', null,
    'monthly_delta', 1000, 'addon_delta', 500, 'monthly_balance', 1000, 'addon_balance', 2000
  ),
  'the row has what came back and what is there now'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job rollback: %s (monthly: +1000, addon: +500)', :'job'),
  'its reason says the same to people'
);
select is(
  (select count(*) from credits.ledger l where l.profile_id = :'profile'),
  3::bigint,
  'it is one row'
);

select * from finish();
rollback;
