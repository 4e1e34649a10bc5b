begin;
\ir ../helpers.psql
select plan(6);

-- Others may be in this database.
create temporary table before as select m.name, m.labels, m.value from credits.metrics m;

create function credits_tests.metrics()
returns setof text
language sql
as $$
  select concat_ws(' ', m.name, nullif(m.labels, '{}'), abs(round(m.value - b.value)))
    from credits.metrics m
    join before b on b.name = m.name and b.labels = m.labels
   where m.name not like '%estimated'
   order by m.name, m.labels
$$;
select results_eq(
  'select credits_tests.metrics()',
  array[
    'pgcredits_credits {"bucket": "addon"} 0', 'pgcredits_credits {"bucket": "monthly"} 0',
    'pgcredits_debt_credits 0', 'pgcredits_held_credits 0', 'pgcredits_negative_balances 0',
    'pgcredits_oldest_overdue_seconds {"what": "hold"} 0',
    'pgcredits_oldest_overdue_seconds {"what": "pack"} 0', 'pgcredits_open_holds 0',
    'pgcredits_overdue {"what": "hold"} 0', 'pgcredits_overdue {"what": "pack"} 0',
    'pgcredits_profiles {"state": "closed"} 0', 'pgcredits_profiles {"state": "open"} 0',
    'pgcredits_uncollected_credits 0'
  ],
  'there is nothing yet'
);

select credits_tests.profile(100, 50) as profile, credits_tests.allow_overdraft(
         credits_tests.profile(0, 10), 30) as debtor,
       credits_tests.profile(0, 0) as closed
\gset
select credits_tests.job(:'debtor', 35) as debt, credits_tests.hold(:'profile', 20, '1 hour') as hold,
       credits_tests.pack(:'profile', 5, clock_timestamp() + interval '2 hours') as pack,
       credits_tests.pack(:'debtor', 1, clock_timestamp() + interval '2 hours') as empty,
       credits_tests.hold(:'profile', 3, '2 hours') as other, credits_tests.job(:'profile', 1) as job
\gset
select credits.close_profile(:'closed', 'why', 'who') as done \gset
update credits.profiles p set uncollected = 4 where p.id = :'profile';
select results_eq(
  'select credits_tests.metrics()',
  array[
    'pgcredits_credits {"bucket": "addon"} 55', 'pgcredits_credits {"bucket": "monthly"} 76',
    'pgcredits_debt_credits 24', 'pgcredits_held_credits 23', 'pgcredits_negative_balances 1',
    'pgcredits_oldest_overdue_seconds {"what": "hold"} 0',
    'pgcredits_oldest_overdue_seconds {"what": "pack"} 0', 'pgcredits_open_holds 2',
    'pgcredits_overdue {"what": "hold"} 0', 'pgcredits_overdue {"what": "pack"} 0',
    'pgcredits_profiles {"state": "closed"} 1', 'pgcredits_profiles {"state": "open"} 2',
    'pgcredits_uncollected_credits 4'
  ],
  'balances, debts and holds'
);

-- Their deadlines pass, and no sweeper runs.
update credits.jobs j set hold_due_at = clock_timestamp() - interval '90 seconds'
 where j.id = :'hold';
update credits.packs k
   set granted_until = 'epoch', expires_at = clock_timestamp() - interval '30 seconds'
 where k.profile_id = :'profile';
update credits.packs k
   set granted_until = 'epoch', expires_at = clock_timestamp() - interval '1 day', remaining = 0
 where k.profile_id = :'debtor';
select results_eq(
  $$
    select m.labels ->> 'what', m.value - b.value
      from credits.metrics m
      join before b on b.name = m.name and b.labels = m.labels
     where m.name = 'pgcredits_overdue'
     order by 1
  $$,
  $$ values ('hold', 1::numeric), ('pack', 1) $$, 'what is overdue'
);
select is(
  (select array_agg(m.value between 90 and 120 or m.value between 30 and 60 and m.labels @> '{"what": "pack"}'
                    order by m.labels)
     from credits.metrics m where m.name = 'pgcredits_oldest_overdue_seconds'),
  array[true, true], 'and for how long'
);

select is(
  (select array_agg(m.name order by m.name) from credits.metrics m where m.name like '%estimated'),
  array['pgcredits_jobs_estimated', 'pgcredits_ledger_rows_estimated'], 'how much is stored'
);
select is(
  (select array_agg(m.value order by m.name) from credits.metrics m where m.name like '%estimated'),
  array[pg_stat_get_live_tuples('credits.jobs'::regclass)::numeric,
        pg_stat_get_live_tuples('credits.ledger'::regclass)],
  'as the statistics have it'
);

select * from finish();
rollback;
