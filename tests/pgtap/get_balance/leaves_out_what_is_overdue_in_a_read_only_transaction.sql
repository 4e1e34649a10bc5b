begin;
\ir ../helpers.psql
select plan(3);

-- Overdue packs.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-01 02:00Z'),
       credits_tests.pack(:'profile', 40, '2030-01-01 03:00Z')
\gset pack_
select credits_tests.hold(:'profile', 7, '1 day') as open,
       credits_tests.set_time('2030-01-01 02:00Z') as later
\gset

savepoint writing;
set local transaction_read_only = on;
select credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as balance \gset
rollback to writing;
select credits_tests.shows(
  :'balance', '{"available": 1040, "held": 7, "posted": 1047, "addon_credits": 1040, "seq": 4}',
  'the overdue pack does not count'
);
select is(credits_tests.packs(:'profile'), '43 40', 'nothing is written');

-- Overdue holds.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.hold(:'profile', 7, '1 day') as open,
       credits_tests.hold(:'profile', 100, '1 hour') as overdue,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset

savepoint writing;
set local transaction_read_only = on;
select credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as balance \gset
rollback to writing;
select credits_tests.shows(
  :'balance', '{"available": 893, "held": 7, "posted": 900, "seq": 3}',
  'it is not on hold any more, and cannot come back here'
);

select * from finish();
rollback;
