begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 23:00Z') as now, credits_tests.profile(10, 90) as profile,
       credits_tests.profile(0, 50) as other
\gset
select r.job_id as job
  from credits.reserve_credits(:'profile', gen_random_uuid(), 30, spender => 'ann') r
\gset
select credits_tests.job(:'profile', 4) as next_job,
       credits_tests.job(:'other', 5) as of_other
\gset
select credits_tests.set_time('2030-01-02 01:00Z') as now \gset
select credits_tests.refund(:'job', 25, 'part') as part, credits_tests.job(:'profile', 0) as free \gset

select results_eq(
  format('select d.day::text, d.spender, d.jobs, d.consumed, d.returned, d.net, d.monthly_net,
                 d.addon_net
            from credits.usage_daily d where d.profile_id = %L order by 1, 2', :'profile'),
  $$
    values ('2030-01-01', 'ann', 1::bigint, 30::bigint, 0::bigint, 30::bigint, 10::bigint,
            20::bigint),
           ('2030-01-01', null, 1, 4, 0, 4, 0, 4),
           ('2030-01-02', 'ann', 0, 0, 25, -25, -5, -20),
           ('2030-01-02', null, 1, 0, 0, 0, 0, 0)
  $$,
  'each day and spender'
);
select results_eq(
  format('select d.day, d.spender, d.jobs, d.consumed, d.returned, d.net, d.monthly_net, d.addon_net
            from credits.usage_daily d where d.profile_id = %L order by 1, net desc', :'profile'),
  format('select (u.period_start at time zone ''UTC'')::date, u.label, u.jobs, u.consumed, u.returned,
                 u.net, u.monthly_net, u.addon_net
            from credits.usage(%L, step => ''day'', by => ''spender'') u', :'profile'),
  'as usage says'
);
select results_eq(
  $$
    select f.profile_id, f.day, sum(f.consumed), sum(f.returned)
      from credits.daily_flows f group by 1, 2 having sum(f.consumed) + sum(f.returned) > 0 order by 1, 2
  $$,
  $$
    select d.profile_id, d.day, sum(d.consumed), sum(d.returned)
      from credits.usage_daily d group by 1, 2 having sum(d.consumed) + sum(d.returned) > 0 order by 1, 2
  $$,
  'and as daily_flows does'
);

select * from finish();
rollback;
