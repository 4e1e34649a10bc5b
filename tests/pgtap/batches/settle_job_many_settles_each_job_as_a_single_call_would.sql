begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(50, 0) as other \gset
select credits_tests.job(:'profile', 700) as a, credits_tests.job(:'profile', 100) as b,
       credits_tests.job(:'profile', 0) as c, credits_tests.job(:'other', 20) as d \gset

create temporary table answer as
select s.*
  from credits.settle_job_many(jsonb_build_array(
         jsonb_build_object('job_id', :'a', 'actual_cost', 450),
         jsonb_build_object('job_id', :'b', 'profile_id', :'profile', 'overage', null),
         jsonb_build_object('job_id', :'d', 'actual_cost', 0, 'overage', 'reject'),
         jsonb_build_object('job_id', :'c'))) s;
select is(
  (select jsonb_agg(to_jsonb(a.settlement) order by a.position) from answer a),
  jsonb_build_array(
    jsonb_build_object(
      'job_id', :'a', 'profile_id', :'profile', 'settled_cost', 450, 'monthly_deducted', 450,
      'addon_deducted', 0, 'shortfall', 0, 'monthly_refunded', 50, 'addon_refunded', 200,
      'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0, 'late', false, 'previous_balance', 4700,
      'new_balance', 4950, 'seq', 4, 'replayed', false),
    jsonb_build_object(
      'job_id', :'b', 'profile_id', :'profile', 'settled_cost', 100, 'monthly_deducted', 0,
      'addon_deducted', 100, 'shortfall', 0, 'monthly_refunded', 0, 'addon_refunded', 0,
      'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0, 'late', false, 'previous_balance', 4950,
      'new_balance', 4950, 'seq', 4, 'replayed', false),
    jsonb_build_object(
      'job_id', :'d', 'profile_id', :'other', 'settled_cost', 0, 'monthly_deducted', 0,
      'addon_deducted', 0, 'shortfall', 0, 'monthly_refunded', 20, 'addon_refunded', 0,
      'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0, 'late', false, 'previous_balance', 30,
      'new_balance', 50, 'seq', 3, 'replayed', false),
    jsonb_build_object(
      'job_id', :'c', 'profile_id', :'profile', 'settled_cost', 0, 'monthly_deducted', 0,
      'addon_deducted', 0, 'shortfall', 0, 'monthly_refunded', 0, 'addon_refunded', 0,
      'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0, 'late', false, 'previous_balance', 4950,
      'new_balance', 4950, 'seq', 4, 'replayed', false)),
  'each gives back what is left over'
);
select is(credits_tests.history(:'profile', 3), 'settle +50 +200',
          'the ledger has a row where something moved');
select credits_tests.shows(
  credits_tests.job_row(:'a'),
  '{"state": "settled", "settled_cost": 450, "monthly_deducted": 450, "addon_deducted": 0,
    "settle_seq": 4, "settled_late": false, "meta_json": {"credit_cost": 450,
    "credits_deducted": true, "monthly_deducted": 450, "addon_deducted": 0}}',
  'the job is stored with its final figures'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
