begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.profile(0, 100) as profile \gset
select credits_tests.pack(:'profile', 30, '2030-01-02 00:00Z') as early,
       credits_tests.pack(:'profile', 40, '2030-01-09 00:00Z') as late \gset
select credits_tests.set_time('2030-01-03 00:00Z') as now \gset

select is(
  credits_tests.outcomes(
    'reserve_credits_many',
    credits_tests.batch('{"cost": 25}' || jsonb_build_object('profile_id', :'profile'), 'job_id',
                        gen_random_uuid()::text, gen_random_uuid()::text)),
  'done, done', 'both are paid'
);
select is(credits_tests.packs(:'profile') || ', ' || credits_tests.history(:'profile', 3),
          '0 0, lapse +0 -30, reserve +0 -25, reserve +0 -25',
          'the overdue pack lapses first, the other is drawn on');
select credits_tests.sound(:'profile');

-- An overdue hold.
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.profile(50, 100) as profile \gset
select 1 as held from credits.reserve_credits(
  :'profile', gen_random_uuid(), 20, hold_for => '1 hour') \gset
select credits_tests.set_time('2030-01-01 02:00Z') as now \gset

select is(
  credits_tests.outcomes(
    'reserve_credits_many',
    credits_tests.batch('{"cost": 45}' || jsonb_build_object('profile_id', :'profile'), 'job_id',
                        gen_random_uuid()::text, gen_random_uuid()::text)),
  'done, done', 'there is enough with and without the held credits'
);
select is(credits_tests.history(:'profile', 2),
          'expire +20 +0, reserve -45 +0, reserve -5 -40',
          'they are back before the first reservation takes from the buckets');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
