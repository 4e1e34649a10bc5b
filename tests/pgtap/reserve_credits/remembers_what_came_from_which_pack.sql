begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(5, 100) as profile
\gset
select credits_tests.pack(:'profile', 10, '2030-03-01 00:00Z') as late,
       credits_tests.pack(:'profile', 20, '2030-02-01 12:00Z') as early
\gset
select credits_tests.job(:'profile', 33) as job \gset

select results_eq(
  format('select d.job_id, d.draw::integer, d.position, d.pack_seq, d.amount, d.returned,
                 d.time_left
            from credits.pack_draws d where d.profile_id = %L order by d.position', :'profile'),
  format($$
    values (%1$L::uuid, 1, 1, 3::bigint, 20::bigint, 0::bigint, interval '31 days 12 hours'),
           (%1$L, 1, 2, 2::bigint, 8::bigint, 0::bigint, interval '59 days')
  $$, :'job'),
  'in the order of the draws, with the time each pack had left'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"addon_deducted": 28, "pack_deducted": 28}', 'the job'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
