begin;
\ir ../helpers.psql
select plan(8);

create function credits_tests.told(profile_id uuid)
returns jsonb
language sql
as $$
  select jsonb_strip_nulls(to_jsonb(p) - 'profile_id')
    from credits.get_profile(told.profile_id) p
$$;
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 50) as profile, credits_tests.profile(0, 0) as other
\gset
select is(
  credits_tests.told(:'profile'),
  '{"created_at": "2030-01-01T00:00:00+00:00", "overdraft_limit": 0, "uncollected": 0, "packs": 0,
    "pack_credits": 0, "open_holds": 0, "seq": 1, "low": false,
    "limits": 0, "limits_reached": 0}',
  'a profile that has nothing but its balance'
);
select credits.renew_monthly(:'profile', '2030-01-01Z', 300, 20) as renewed,
       credits_tests.set_overdraft(:'profile', 7) as overdraft,
       credits_tests.pack(:'profile', 100, '2030-03-01Z') as a,
       credits_tests.pack(:'profile', 10, '2030-02-01Z', reference => 'spent', priority => -1) as b
\gset
select credits_tests.hold(:'profile', 30, '2 hours'), credits_tests.hold(:'profile', 1, '1 hour'),
       credits_tests.job(:'profile', 5)
\gset job_
select credits.change_allowance(:'profile', '2030-01-01Z', 0, 'plan') as changed \gset
select is(
  credits_tests.told(:'profile'),
  '{"created_at": "2030-01-01T00:00:00+00:00", "overdraft_limit": 7, "uncollected": 6,
    "period_start": "2030-01-01T00:00:00+00:00", "allowance": 0, "rollover_cap": 20, "owed": 6,
    "packs": 1, "pack_credits": 100, "next_pack_expiry": "2030-03-01T00:00:00+00:00",
    "open_holds": 2, "next_hold_expiry": "2030-01-01T01:00:00+00:00", "seq": 9, "low": false,
    "limits": 0, "limits_reached": 0}',
  'with all that a profile can have'
);
select credits.move_credits(:'profile', :'other', 'merge', 'why', 'who') as moved \gset
select is(
  (select concat_ws(' ', p.closed_at = '2030-01-01Z', p.to_profile_id = :'other', p.packs)
     from credits.get_profile(:'profile') p),
  't t 0', 'closed, and where it went'
);
select is(
  (select p.packs from credits.get_profile(:'other') p), 1::bigint, 'the pack is there now'
);

select credits.set_alert(:'other', 1000, '{credits.low}') as watched \gset
select is(
  (select concat_ws(' ', p.low_balance, p.low) from credits.get_profile(:'other') p),
  '1000 t', 'below which balance it is low, and that it is'
);
select credits_tests.grant_credits(:'other', 1000, 'refill') as done \gset
select is(
  (select concat_ws(' ', p.low_balance, p.low) from credits.get_profile(:'other') p),
  '1000 f', 'until credits are added'
);

select credits.set_limit(:'other', 'ann', 'day', 10, 'why', 'who') as ann,
       credits.set_limit(:'other', null, 'total', 30, 'why', 'who') as whole,
       credits.reserve_credits(:'other', gen_random_uuid(), 10, spender => 'ann') as job
\gset
select is(
  (select concat_ws(' ', p.limits, p.limits_reached) from credits.get_profile(:'other') p),
  '2 1', 'how many limits there are, and how many leave nothing'
);
select credits_tests.set_time('2030-01-02 00:00Z') as now \gset
select is(
  (select p.limits_reached from credits.get_profile(:'other') p), 0::bigint, 'until the next day'
);

select * from finish();
rollback;
