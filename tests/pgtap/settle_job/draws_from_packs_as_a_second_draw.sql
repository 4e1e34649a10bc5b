begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-03-01 00:00Z') as late \gset
select credits_tests.job(:'profile', 70) as job \gset
select credits_tests.pack(:'profile', 30, '2030-02-01 00:00Z') as early \gset
select credits_tests.settle(:'job', 130) as done \gset

select is(credits_tests.packs(:'profile'), '0 0', 'from the new pack, then from perpetual credits');
select is(credits_tests.buckets(:'profile'), '0 + 50', 'the bucket');
select results_eq(
  format('select d.draw::integer, d.position, d.pack_seq, d.amount, d.returned, d.time_left
            from credits.pack_draws d where d.profile_id = %L order by 1, 2', :'profile'),
  $$
    values (1, 1, 2::bigint, 50::bigint, 0::bigint, interval '59 days'),
           (2, 1, 4::bigint, 30::bigint, 0::bigint, interval '31 days')
  $$,
  'each draw remembers its pack and the time it had left'
);
select credits_tests.shows(credits_tests.job_row(:'job'), '{"pack_deducted": 80}', 'the job');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
