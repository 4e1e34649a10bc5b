begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.hold(:'profile', 700, '1 hour') as first,
       credits_tests.hold(:'profile', 200, '2 hours') as second
\gset
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 800)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 800, "available": 100, "monthly": 0, "addon": 100}', 'while both are open'
);

select credits_tests.set_time('2030-01-01 01:00Z') as later \gset
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 801)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 801, "available": 800, "monthly": 0, "addon": 800}',
  'a refused call undoes what it processed'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, gen_random_uuid(), 800)', :'profile')),
  '{"previous_balance": 800, "new_balance": 0, "seq": 5}', 'then the first hold has expired'
);
select is(
  credits_tests.history(:'profile', 3), 'expire +0 +700, reserve +0 -800', 'it came back first'
);
select is(credits_tests.job_row(:'first') ->> 'state', 'expired', 'the first hold');
select is(credits_tests.job_row(:'second') ->> 'state', 'reserved', 'the second hold');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
