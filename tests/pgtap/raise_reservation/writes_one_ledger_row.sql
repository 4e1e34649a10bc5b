begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 300) as job \gset
select credits_tests.raise_job(:'job', 900) as done \gset

select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 3, 'kind', 'raise', 'job_id', :'job',
    'monthly_delta', -200, 'addon_delta', -400, 'monthly_balance', 0, 'addon_balance', 4600,
    'reason', format('job raise: %s (monthly: -200, addon: -400)', :'job'),
    'reference', null, 'actor', null
  ),
  'for what this call took'
);
select is(credits_tests.history(:'profile'), 'reserve -300 +0, raise -200 -400', 'and no other');

select * from finish();
rollback;
