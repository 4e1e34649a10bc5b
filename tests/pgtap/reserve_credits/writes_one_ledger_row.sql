begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  jsonb_build_object(
    'seq', 2, 'kind', 'reserve', 'job_id', :'job', 'reference', null, 'actor', null,
    'monthly_delta', -500, 'addon_delta', -1500, 'monthly_balance', 0, 'addon_balance', 3500
  ),
  'the row has what was taken and what is left'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job reserve: %s (monthly: -500, addon: -1500)', :'job'),
  'its reason says the same to people'
);
select is(
  (select count(*) from credits.ledger l where l.profile_id = :'profile'),
  2::bigint,
  'it is one row'
);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.job(:'profile', 500) as job \gset
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job reserve: %s (monthly: -500, addon: 0)', :'job'),
  'only monthly credits'
);
select credits_tests.job(:'profile', 40) as job \gset
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job reserve: %s (monthly: 0, addon: -40)', :'job'),
  'only addon credits'
);

select * from finish();
rollback;
