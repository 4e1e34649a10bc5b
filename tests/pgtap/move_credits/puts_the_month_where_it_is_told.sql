begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(300, 1000) as a, credits_tests.profile(300, 1000) as b,
       credits_tests.profile(300, 1000) as c, credits_tests.profile(1, 2) as other
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.move_credits(%L, %L, %L, %L, %L)', :'a', :'other', 'm',
                              'why', 'who')),
  '{"monthly_moved": 300, "addon_moved": 1000, "previous_balance": 3, "new_balance": 1303}',
  'unless told otherwise'
);
select is(credits_tests.buckets(:'other'), '301 + 1002', 'it goes into the month of the other');
select is(credits_tests.move(:'b', :'other', 'addon')::text, :'other', 'to addon');
select is(credits_tests.buckets(:'other'), '301 + 2302', 'it goes to what never expires');
select credits_tests.shows(
  credits_tests.answer(format('credits.move_credits(%L, %L, %L, %L, %L, %L)', :'c', :'other', 'm',
                              'why', 'who', 'leave')),
  '{"monthly_moved": 0, "addon_moved": 1000}', 'it may be left'
);
select is(credits_tests.buckets(:'c'), '300 + 0', 'then it stays');
select is(credits_tests.buckets(:'other'), '301 + 3302', 'and the other has the rest');
select credits_tests.sound(null, 'all books are sound');
select is(
  (select sum(p.credits_remaining + p.addon_credits)::bigint from credits.profiles p
    where p.id in (:'a', :'b', :'c', :'other')),
  3903::bigint, 'nothing is lost or made'
);

select * from finish();
rollback;
