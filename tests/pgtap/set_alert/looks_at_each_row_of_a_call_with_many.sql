begin;
\ir ../helpers.psql
select plan(5);

-- In one batch: down, up by a grant of another call, and down again.
select credits_tests.watch(credits_tests.profile(100, 0), 50) as profile \gset
select count(*) as made
  from credits.reserve_credits_many(
         (select jsonb_agg(jsonb_build_object('profile_id', :'profile', 'job_id',
                                              gen_random_uuid(), 'cost', 20))
            from generate_series(1, 5)))
\gset
select is(credits_tests.events(:'profile'), 'credits.low 4, credits.depleted 6',
          'the third goes below 50, the fifth takes the last');
select count(*) as granted
  from credits.grant_addon_many(jsonb_build_array(
         jsonb_build_object('profile_id', :'profile', 'amount', 40, 'reference', 'a'),
         jsonb_build_object('profile_id', :'profile', 'amount', 40, 'reference', 'b')))
\gset
select is((select concat(a.low, a.depleted) from credits.alerts a where a.profile_id = :'profile'),
          'ff', 'two grants together end both');
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.hold(:'profile', 70, '1 hour') as hold \gset
select credits_tests.set_time('2030-01-01 02:00Z') as later,
       credits_tests.job(:'profile', 75) as job
\gset
select is(credits_tests.events(:'profile', 6),
          format('credits.low 9, hold.expired 10 %s', :'hold'),
          'a hold that expires gives back, and does not end it');
select credits_tests.renew(:'profile', '2030-01-01', 60) as renewed,
       credits_tests.job(:'profile', 20) as first
\gset
select is(credits_tests.events(:'profile', 10), 'credits.low 13', 'a renewal ends it');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
