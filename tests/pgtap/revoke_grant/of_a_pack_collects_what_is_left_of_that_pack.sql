begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 900) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z'),
       credits_tests.pack(:'profile', 60, '2030-02-01 12:00Z')
\gset pack_
select credits_tests.job(:'profile', 70) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, 30, %L, %L)',
                              :'profile', 'pack 60', 'part', 'why', 'who')),
  '{"amount": 30, "collected": 30, "uncollected": 0, "new_balance": 910}', 'a part of the pack'
);
select is(credits_tests.packs(:'profile'), '0 10', 'the pack');
select is(
  (select r.time_left from credits.revocations r where r.profile_id = :'profile'),
  interval '31 days 12 hours', 'the time it had left is remembered'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, null, %L, %L)',
                              :'profile', 'pack 60', 'rest', 'why', 'who')),
  '{"amount": 30, "collected": 10, "uncollected": 20, "new_balance": 900}',
  'then all that is left, and no perpetual credits'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, null, %L, %L)',
                              :'profile', 'pack 50', 'rest', 'why', 'who')),
  '{"amount": 50, "collected": 0, "uncollected": 50, "new_balance": 900}',
  'nothing of an empty pack'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
