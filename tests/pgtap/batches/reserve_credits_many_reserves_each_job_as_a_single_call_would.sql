begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(0, 50) as other,
       gen_random_uuid() as a, gen_random_uuid() as b, gen_random_uuid() as c,
       gen_random_uuid() as d \gset

create temporary table answer as
select b.*
  from credits.reserve_credits_many(jsonb_build_array(
         jsonb_build_object('profile_id', :'profile', 'job_id', :'a', 'cost', 400),
         jsonb_build_object('profile_id', :'other', 'job_id', :'b', 'cost', 50),
         jsonb_build_object('profile_id', :'profile', 'job_id', :'c', 'cost', 0),
         jsonb_build_object('profile_id', :'profile', 'job_id', :'d', 'cost', 300,
                            'meta', jsonb '{"model": "xl"}', 'hold_for', '1 hour'))) b;
select is(
  (select jsonb_agg(to_jsonb(a.reservation) - array['hold_expires_at'] order by a.position)
     from answer a),
  jsonb_build_array(
    jsonb_build_object('job_id', :'a', 'profile_id', :'profile', 'state', 'reserved', 'cost', 400,
                       'monthly_deducted', 400, 'addon_deducted', 0, 'previous_balance', 5500,
                       'new_balance', 5100, 'seq', 2, 'replayed', false),
    jsonb_build_object('job_id', :'b', 'profile_id', :'other', 'state', 'reserved', 'cost', 50,
                       'monthly_deducted', 0, 'addon_deducted', 50, 'previous_balance', 50,
                       'new_balance', 0, 'seq', 2, 'replayed', false),
    jsonb_build_object('job_id', :'c', 'profile_id', :'profile', 'state', 'reserved', 'cost', 0,
                       'monthly_deducted', 0, 'addon_deducted', 0, 'previous_balance', 5100,
                       'new_balance', 5100, 'seq', 2, 'replayed', false),
    jsonb_build_object('job_id', :'d', 'profile_id', :'profile', 'state', 'reserved', 'cost', 300,
                       'monthly_deducted', 100, 'addon_deducted', 200, 'previous_balance', 5100,
                       'new_balance', 4800, 'seq', 3, 'replayed', false)),
  'each element draws on what the ones before it left'
);
select is(credits_tests.history(:'profile'), 'reserve -400 +0, reserve -100 -200',
          'the ledger has a row for each, and none for the free job');
select credits_tests.shows(
  credits_tests.job_row(:'d'),
  '{"state": "reserved", "reserved_cost": 300, "monthly_deducted": 100, "addon_deducted": 200,
    "reserve_seq": 3, "meta_json": {"model": "xl", "credit_cost": 300, "credits_deducted": true,
    "monthly_deducted": 100, "addon_deducted": 200}}',
  'the job is stored'
);
select is(
  (select to_jsonb(array[j.hold_expires_at, j.hold_due_at, (a.reservation).hold_expires_at])
     from credits.jobs j, answer a where j.id = :'d' and a.position = 4),
  (select to_jsonb(array[p.next_hold_expiry, p.next_hold_expiry, p.next_hold_expiry])
     from credits.profiles p where p.id = :'profile'),
  'its deadline is known to the profile'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
