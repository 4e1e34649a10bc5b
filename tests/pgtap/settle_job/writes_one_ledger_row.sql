begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as less, credits_tests.job(:'profile', 1000) as more
\gset

select credits_tests.settle(:'less', 400) as done \gset
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 4, 'kind', 'settle', 'job_id', :'less',
    'monthly_delta', 100, 'addon_delta', 1500, 'monthly_balance', 100, 'addon_balance', 4000,
    'reason', format('job settle: %s (monthly: +100, addon: +1500)', :'less'),
    'reference', null, 'actor', null
  ),
  'for what comes back'
);
select credits_tests.settle(:'more', 1250) as done \gset
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 5, 'kind', 'settle', 'job_id', :'more',
    'monthly_delta', -100, 'addon_delta', -150, 'monthly_balance', 0, 'addon_balance', 3850,
    'reason', format('job settle: %s (monthly: -100, addon: -150)', :'more'),
    'reference', null, 'actor', null
  ),
  'for what is drawn'
);

select * from finish();
rollback;
