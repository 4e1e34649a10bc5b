begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(900, 0) as profile
\gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z')
\gset done_
select credits_tests.job(:'profile', 1200) as job,
       credits_tests.pack(:'profile', 60, '2030-03-01 00:00Z') as pack
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_grant(%L, %L, %L, null, %L, %L)',
                              :'profile', 'order-1', 'dispute-1', 'why', 'who')),
  '{"amount": 700, "collected": 450, "uncollected": 250, "new_balance": 60}',
  'only the perpetual rest'
);
select is(credits_tests.packs(:'profile'), '0 60', 'the packs stay');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
