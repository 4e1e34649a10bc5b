begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'paid') as pack \gset
select credits_tests.answer(format('credits.revoke_grant(%L, %L, 20, %L, %L)',
                                   :'profile', 'pack 50', 'why', 'who')) as done,
       credits_tests.job(:'profile', 30) as job
\gset
select credits_tests.set_time('2030-01-31 00:00Z') as later,
       credits_tests.answer(format('credits.revoke_grant(%L, %L, 40, %L, %L)',
                                   :'profile', 'pack 50', 'why', 'who')) ->> 'collected'
         as collected_then
\gset
select credits_tests.set_time('2030-03-01 00:00Z') as much_later,
       credits_tests.answer(format('credits.revoke_grant(%L, %L, 50, %L, %L)',
                                   :'profile', 'pack 50', 'why', 'who')) ->> 'collected'
         as collected_last
\gset

select is(concat(:'collected_then', ', ', :'collected_last'), '20, 20', 'nothing more was there');
select credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L)',
                                   :'profile', 'pack 50', 'why', 'who')) as done \gset
select credits_tests.shows(
  (select to_jsonb(k) from credits.packs k where k.profile_id = :'profile'),
  jsonb_build_object('remaining', 20, 'expires_at', '2030-04-01 00:00Z'::timestamptz),
  'a call that collected nothing does not count'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
