begin;
\ir ../helpers.psql
select plan(8);

-- What jobs took and gave back on two days, between all that is no usage.
select credits_tests.set_time('2030-01-01 10:00Z') as now,
       credits_tests.profile(0, 50) as profile, credits_tests.profile(100, 0) as other
\gset
select credits.renew_monthly(:'profile', '2030-01-01Z', 100, 10) as renewed,
       credits_tests.pack(:'profile', 40, '2030-01-02 12:00Z', 'promo') as pack,
       credits_tests.job(:'profile', 20) as job, credits_tests.job(:'profile', 100) as other_job,
       credits_tests.hold(:'profile', 5, '20 hours') as hold, credits_tests.job(:'profile', 0) as free,
       credits_tests.job(:'other', 7) as of_another
\gset
select credits_tests.raise_job(:'job', 25) as raised, credits_tests.settle(:'other_job', 105) as more,
       credits.rollback_reservation(credits_tests.job(:'profile', 3)) as rolled_back
\gset
create function credits_tests.used(profile_id uuid, since timestamptz, until timestamptz, step text)
returns setof text
language sql
as $$
  select concat_ws(' ', (u.period_start at time zone 'UTC')::date,
                   (u.period_end at time zone 'UTC')::date, u.jobs, u.consumed, u.returned, u.net,
                   u.monthly_net, u.addon_net)
    from credits.usage(used.profile_id, used.since, used.until, used.step) u
$$;
select results_eq(
  format('select credits_tests.used(%L, null, null, null)', :'profile'),
  array['5 138 3 135 100 35'], 'reserved, raised, settled for more and rolled back'
);

select credits_tests.set_time('2030-01-02 23:59:59.999999Z') as now \gset
select credits_tests.settle(:'job', 5) as less,
       credits_tests.refund(:'other_job', 30, 'part') as part,
       credits.adjust_credits(:'profile', 'fix', 1, -2, 'why', 'who') as adjusted
\gset
select is(
  (select array_agg(distinct l.kind order by l.kind) from credits.ledger l
    where l.profile_id = :'profile'),
  array['adjust', 'expire', 'grant', 'lapse', 'open', 'raise', 'refund', 'renew', 'reserve',
        'rollback', 'settle'],
  'of each kind'
);
select results_eq(
  format('select credits_tests.used(%L, null, null, ''day'')', :'profile'),
  array['2030-01-01 2030-01-02 5 138 3 135 100 35', '2030-01-02 2030-01-03 0 0 55 -55 -20 -35'],
  'what lapses of a return was given back by its job'
);
select results_eq(
  format('select credits_tests.used(%L, null, null, null)', :'profile'),
  array['5 138 58 80 80 0'], 'all of it'
);
select is(
  (select sum(l.monthly_delta) || ' ' || sum(l.addon_delta) from credits.ledger l
    where l.profile_id = :'profile'
      and l.kind in ('reserve', 'raise', 'settle', 'refund', 'rollback', 'expire')),
  '-80 0', 'which the ledger says, too'
);
select results_eq(
  format('select credits_tests.used(%L, ''2030-01-01 10:00Z'', ''2030-01-02 23:59:59.999999Z'', null)',
         :'profile'),
  array['2030-01-01 2030-01-02 5 138 3 135 100 35'], 'a range begins with its first moment'
);
select results_eq(
  format('select credits_tests.used(%L, ''2030-01-01 10:00:00.000001Z'', null, ''month'')',
         :'profile'),
  array['2030-01-01 2030-02-01 0 0 55 -55 -20 -35'], 'and has nothing from before'
);
select is_empty(
  format('select credits.usage(%L)', credits_tests.profile(10, 10)), 'no jobs, no rows'
);

select * from finish();
rollback;
