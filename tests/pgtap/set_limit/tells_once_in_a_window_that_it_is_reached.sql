begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.watch(credits_tests.profile(500, 0)) as profile
\gset
select credits.set_limit(:'profile', 'bob', 'day', 100, 'why', 'who') as of_bob,
       credits.set_limit(:'profile', null, 'total', 150, 'why', 'who') as of_all
\gset
select count(*) as made
  from (values (60), (39)) c (cost)
 cross join lateral credits.reserve_credits(:'profile', gen_random_uuid(), c.cost,
                                            spender => 'bob')
\gset
select is(credits_tests.events(:'profile'), null, 'one is left');
select r.job_id as job
  from credits.reserve_credits(:'profile', gen_random_uuid(), 1, spender => 'bob') r
\gset
select is(
  (select string_agg(format('%s %s', e.subject, e.payload), ', ') from credits.events e
    where e.profile_id = :'profile'),
  'bob day {"limit": 100, "window": "day", "spender": "bob", "resets_at": "2030-01-02T00:00:00+00:00"}',
  'none is left'
);
select credits_tests.refund(:'job') as back,
       (select r.seq from credits.reserve_credits(
          :'profile', gen_random_uuid(), 1, spender => 'bob') r) as again
\gset
select is((select count(*) from credits.events e where e.profile_id = :'profile'), 1::bigint,
          'once a day');
select credits_tests.job(:'profile', 50) as of_all \gset
select is(
  (select string_agg(e.subject, ', ' order by e.subject) from credits.events e
    where e.profile_id = :'profile'),
  'bob day, total', 'the one of all'
);
select credits.set_limit(:'profile', null, 'total', null, 'why', 'who') as none,
       credits_tests.set_time('2030-01-02 00:00Z') as next_day
\gset
select count(*) as made
  from credits.reserve_credits_many(jsonb_build_array(
         jsonb_build_object('profile_id', :'profile', 'job_id', gen_random_uuid(), 'cost', 70,
                            'spender', 'bob'),
         jsonb_build_object('profile_id', :'profile', 'job_id', gen_random_uuid(), 'cost', 30,
                            'spender', 'bob')))
\gset
select is(
  (select count(*) from credits.events e
    where e.profile_id = :'profile' and e.subject = 'bob day'),
  2::bigint, 'the next day again'
);
-- What comes back reaches nothing.
select credits_tests.watch(credits_tests.profile(500, 0)) as other \gset
select credits_tests.job(:'other', 300) as job \gset
select credits.set_limit(:'other', null, 'total', 100, 'why', 'who') as lower_than_spent,
       credits_tests.refund(:'job', 50, 'part') as part
\gset
select is(credits_tests.events(:'other'), null, 'a refund tells nothing');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
