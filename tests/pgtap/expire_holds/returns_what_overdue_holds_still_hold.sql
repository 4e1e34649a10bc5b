begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job,
       credits_tests.hold(:'profile', 100, '2 hours') as open,
       credits_tests.job(:'profile', 10) as plain
\gset
select credits_tests.set_time('2030-01-01 01:30Z') as later \gset

select is(
  (select jsonb_agg(r) from credits.expire_holds(10000) r where r.profile_id = :'profile'),
  jsonb_build_array(jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'expired', 'amount', 2000,
    'monthly_refunded', 500, 'addon_refunded', 1500, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'previous_balance', 3390, 'new_balance', 5390, 'seq', 5, 'replayed', false,
    'breakdown_source', 'recorded'
  )),
  'the answer is that of a refund'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 5, 'kind', 'expire', 'job_id', :'job',
    'monthly_delta', 500, 'addon_delta', 1500, 'monthly_balance', 500, 'addon_balance', 4890,
    'reason', format('job expire: %s (monthly: +500, addon: +1500)', :'job'),
    'reference', null, 'actor', null
  ),
  'one ledger row'
);
select is(
  credits_tests.job_row(:'job') - array['created_at', 'meta_json'],
  jsonb_build_object(
    'id', :'job', 'profile_id', :'profile', 'state', 'expired', 'reserved_cost', 2000,
    'settled_cost', null, 'monthly_deducted', 500, 'addon_deducted', 1500,
    'monthly_refunded', 500, 'addon_refunded', 1500, 'shortfall', 0, 'reserve_seq', 2,
    'settle_seq', null, 'closing_seq', 5, 'hold_expires_at', '2030-01-01 01:00Z'::timestamptz,
    'hold_due_at', null, 'period_start', null, 'settle_period_start', null,
    'settled_late', false, 'monthly_drawn_at_settle', 0, 'addon_drawn_at_settle', 0,
    'raised', 0, 'spender', null, 'pack_deducted', 0, 'breakdown_source', null,
    'monthly_held_at_import', null,
    'addon_held_at_import', null, 'finished_at', '2030-01-01 01:30Z'::timestamptz
  ),
  'the job is expired'
);
select is(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"credit_cost": 2000, "credits_deducted": true, "monthly_deducted": 500,
    "addon_deducted": 1500, "credits_refunded": true, "monthly_refunded": 500,
    "addon_refunded": 1500}',
  'its metadata says so'
);
select is(
  (select p.next_hold_expiry from credits.profiles p where p.id = :'profile'),
  '2030-01-01 02:00Z'::timestamptz, 'the profile knows the next deadline'
);
select is_empty(
  format('select from credits.expire_holds(10000) r where r.profile_id = %L', :'profile'),
  'a second sweep finds nothing'
);
select credits_tests.sound(:'profile');

-- A job refunded in part.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job \gset
select credits_tests.refund(:'job', 1600, 'part-1') as done,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset

select credits_tests.shows(
  (select to_jsonb(r) from credits.expire_holds(10000) r where r.profile_id = :'profile'),
  '{"amount": 400, "monthly_refunded": 400, "addon_refunded": 0, "new_balance": 5500}',
  'the rest'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"monthly_refunded": 500, "addon_refunded": 1500}',
  'then everything is back'
);
select credits_tests.sound(:'profile');

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.hold(:'profile', 60, '1 hour') as job,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset

select is(
  (select e.breakdown_source from credits.expire_holds() e where e.job_id = :'job'), 'recorded',
  'the split was recorded'
);

select * from finish();
rollback;
