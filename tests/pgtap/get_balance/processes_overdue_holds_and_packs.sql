begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-01 02:00Z') as pack \gset
select credits_tests.hold(:'profile', 300, '1 hour') as job,
       credits_tests.hold(:'profile', 7, '1 day') as open
\gset

select credits_tests.set_time('2030-01-01 00:59Z') as later \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"available": 743, "held": 307, "posted": 1050, "seq": 4}', 'before the deadline'
);
select credits_tests.set_time('2030-01-01 01:00Z') as later \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"available": 1043, "held": 7, "posted": 1050, "seq": 5}', 'the hold has expired'
);
select credits_tests.set_time('2030-01-01 02:00Z') as later \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"available": 993, "held": 7, "posted": 1000, "seq": 6}', 'the pack has expired'
);
select is(
  credits_tests.history(:'profile', 4), 'expire +0 +300, lapse +0 -50', 'the ledger has both'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
