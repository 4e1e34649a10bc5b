begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.hold(:'profile', 0, '1 hour') as job,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset

select is(
  (select jsonb_agg(r) from credits.expire_holds(10000) r where r.profile_id = :'profile'),
  jsonb_build_array(jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'expired', 'amount', 0,
    'monthly_refunded', 0, 'addon_refunded', 0, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'previous_balance', 100, 'new_balance', 100, 'seq', 1, 'replayed', false,
    'breakdown_source', 'recorded'
  )),
  'nothing came back'
);
select is(credits_tests.history(:'profile'), null, 'no ledger row is written');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
