begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-09 10:00Z') as now, credits_tests.profile(0, 5000) as profile,
       credits_tests.profile(0, 5000) as other
\gset
select is((select count(*) from credits.get_limits(:'profile')), 0::bigint, 'none');
select credits_tests.limit_spender(:'profile', 'bob', 'total', 10),
       credits_tests.limit_spender(:'profile', 'ann', 'month', 20),
       credits_tests.limit_spender(:'profile', 'ann', 'day', 30),
       credits_tests.limit_spender(:'profile', null, 'week', 40),
       credits_tests.limit_spender(:'other', 'ann', 'day', 50)
\gset set_
select credits_tests.spend(:'profile', 'ann', 5) as job \gset
select results_eq(
  format('select l.spender, l.window_name, l.amount, l.spent, l.remaining, l.window_start,
                 l.resets_at, l.time_zone, l.replayed from credits.get_limits(%L) l', :'profile'),
  $$ values
    (null, 'week', 40::bigint, 5::bigint, 35::bigint, '2030-01-07 00:00Z'::timestamptz,
     '2030-01-14 00:00Z'::timestamptz, 'UTC', false),
    ('ann', 'day', 30, 5, 25, '2030-01-09 00:00Z', '2030-01-10 00:00Z', 'UTC', false),
    ('ann', 'month', 20, 5, 15, '2030-01-01 00:00Z', '2030-02-01 00:00Z', 'UTC', false),
    ('bob', 'total', 10, 0, 10, null, null, 'UTC', false) $$,
  'those of the profile as a whole first, then by spender'
);
select results_eq(
  format('select l.window_name from credits.get_limits(%L, ''ann'') l', :'profile'),
  $$ values ('day'), ('month') $$, 'those of a spender'
);
select credits_tests.set_time('2030-02-01 00:00Z') as now \gset
select results_eq(
  format('select l.window_name, l.spent, l.resets_at from credits.get_limits(%L) l', :'profile'),
  $$ values ('week', 0::bigint, '2030-02-04 00:00Z'::timestamptz), ('day', 0, '2030-02-02 00:00Z'),
            ('month', 0, '2030-03-01 00:00Z'), ('total', 0, null) $$,
  'a window that is over shows the present one'
);
select is(
  (select string_agg(l.spent::text, ' ' order by l.spent) from credits.limits l
    where l.profile_id = :'profile'), '0 5 5 5', 'and nothing is written'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
