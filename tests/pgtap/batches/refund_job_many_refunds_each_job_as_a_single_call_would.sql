begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(50, 0) as other \gset
select credits_tests.job(:'profile', 700) as a, credits_tests.job(:'profile', 100) as b,
       credits_tests.job(:'other', 20) as c \gset
select credits.settle_job(:'b', 60) as done \gset

create temporary table answer as
select r.*
  from credits.refund_job_many(jsonb_build_array(
         jsonb_build_object('job_id', :'a', 'reason', 'it failed'),
         jsonb_build_object('job_id', :'c', 'profile_id', :'other'),
         jsonb_build_object('job_id', :'b', 'amount', null))) r;
select is(
  (select jsonb_agg(to_jsonb(a.refund) order by a.position) from answer a),
  jsonb_build_array(
    jsonb_build_object(
      'job_id', :'a', 'profile_id', :'profile', 'state', 'refunded', 'amount', 700,
      'monthly_refunded', 500, 'addon_refunded', 200, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
      'previous_balance', 4740, 'new_balance', 5440, 'seq', 5, 'replayed', false,
      'breakdown_source', 'recorded'),
    jsonb_build_object(
      'job_id', :'c', 'profile_id', :'other', 'state', 'refunded', 'amount', 20,
      'monthly_refunded', 20, 'addon_refunded', 0, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
      'previous_balance', 30, 'new_balance', 50, 'seq', 3, 'replayed', false,
      'breakdown_source', 'recorded'),
    jsonb_build_object(
      'job_id', :'b', 'profile_id', :'profile', 'state', 'refunded', 'amount', 60,
      'monthly_refunded', 0, 'addon_refunded', 60, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
      'previous_balance', 5440, 'new_balance', 5500, 'seq', 6, 'replayed', false,
      'breakdown_source', 'recorded')),
  'each gives back what its job holds, to where it came from'
);
select is(credits_tests.history(:'profile', 4), 'refund +500 +200, refund +0 +60',
          'the ledger has a row for each');
select credits_tests.shows(
  credits_tests.job_row(:'a'),
  '{"state": "refunded", "monthly_refunded": 500, "addon_refunded": 200, "closing_seq": 5,
    "meta_json": {"credit_cost": 700, "credits_deducted": true, "monthly_deducted": 500,
    "addon_deducted": 200, "credits_refunded": true, "monthly_refunded": 500,
    "addon_refunded": 200}}',
  'the job is stored as refunded'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
