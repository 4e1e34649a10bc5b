begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.job(:'profile', 500) as job \gset
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job reserve: %s (monthly: -500, addon: -0)', :'job'),
  'only monthly credits'
);
select credits_tests.job(:'profile', 40) as job \gset
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job reserve: %s (monthly: -0, addon: -40)', :'job'),
  'only addon credits'
);

select * from finish();
rollback;
