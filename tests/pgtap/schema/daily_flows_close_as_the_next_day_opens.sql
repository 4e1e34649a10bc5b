begin;
\ir ../helpers.psql
select plan(5);

-- Three days of a profile with a ledger row of every kind, and one of its neighbour.
select credits_tests.set_time('2030-01-01 10:00Z') as now,
       credits_tests.profile(0, 50) as profile, credits_tests.profile(0, 0) as other
\gset
select credits.renew_monthly(:'profile', '2030-01-01Z', 100, 10) as renewed,
       credits_tests.pack(:'profile', 40, '2030-01-02 12:00Z', 'promo') as pack,
       credits_tests.grant_credits(:'profile', 30, 'order-1') as granted,
       credits_tests.job(:'profile', 20) as job, credits_tests.job(:'profile', 30) as other_job,
       credits_tests.hold(:'profile', 5, '20 hours') as hold
\gset
select credits_tests.raise_job(:'job', 25) as raised, credits_tests.settle(:'other_job', 45) as more,
       credits.rollback_reservation(credits_tests.job(:'profile', 3)) as rolled_back
\gset
select credits_tests.set_time('2030-01-02 23:59:59.999Z') as now \gset
select credits_tests.settle(:'job', 5) as less, credits_tests.refund(:'other_job', 11, 'p') as part,
       credits.revoke_grant(:'profile', 'order-1', 'dispute', 30, 'why', 'who') as revoked,
       credits.reinstate_grant(:'profile', 'order-1', 'dispute', 'why', 'who') as reinstated,
       credits.change_allowance(:'profile', '2030-01-01Z', 90, 'plan') as changed
\gset
select credits_tests.set_time('2030-01-03 00:00Z') as now \gset
select credits.adjust_credits(:'profile', 'fix', 1, -2, 'why', 'who') as adjusted,
       credits.move_credits(:'profile', :'other', 'merge', 'why', 'who') as moved
\gset
select is(
  (select array_agg(distinct l.kind order by l.kind) from credits.ledger l
    where l.profile_id = :'profile'),
  array['adjust', 'change', 'close', 'expire', 'grant', 'lapse', 'move', 'open', 'raise',
        'refund', 'reinstate', 'renew', 'reserve', 'revoke', 'rollback', 'settle'],
  'every kind but repair'
);
select results_eq(
  format('select f.day::text, f.bucket, f.opening, f.granted, f.renewed, f.consumed, f.returned,
                 f.lapsed, f.revoked, f.adjusted, f.moved, f.closing
            from credits.daily_flows f where f.profile_id = %L order by 1, 2', :'profile'),
  $$
    values
      ('2030-01-01', 'addon', 0::bigint, 120::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint,
       0::bigint, 0::bigint, 0::bigint, 120::bigint),
      ('2030-01-01', 'monthly', 0, 0, 100, 78, 3, 0, 0, 0, 0, 25),
      ('2030-01-02', 'addon', 120, 0, 0, 0, 0, 40, 0, 0, 0, 80),
      ('2030-01-02', 'monthly', 25, 0, -10, 0, 36, 0, 0, 0, 0, 51),
      ('2030-01-03', 'addon', 80, 0, 0, 0, 0, 0, 0, -2, -78, 0),
      ('2030-01-03', 'monthly', 51, 0, 0, 0, 0, 0, 0, 1, -52, 0)
  $$,
  'each movement of each day'
);
select is_empty(
  $$
    select *
      from credits.daily_flows f
     where f.closing <> f.opening + f.granted + f.renewed - f.consumed + f.returned - f.lapsed
                        - f.revoked + f.adjusted + f.moved
  $$,
  'they add up'
);
select is_empty(
  $$
    select *
      from (select f.opening,
                   lag(f.closing, 1, 0) over (partition by f.profile_id, f.bucket order by f.day)
                     as closed_before
              from credits.daily_flows f) f
     where f.opening <> f.closed_before
  $$,
  'and a day opens as the one before has closed'
);
select results_eq(
  format('select f.bucket, f.moved, f.closing from credits.daily_flows f
           where f.profile_id = %L and f.day = ''2030-01-03'' order by 1', :'other'),
  $$ values ('addon', 78::bigint, 78::bigint), ('monthly', 52, 52) $$,
  'each profile has its own'
);

select * from finish();
rollback;
