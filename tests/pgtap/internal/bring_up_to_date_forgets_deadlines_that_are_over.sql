begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-01 01:00Z') as pack,
       credits_tests.settle(credits_tests.hold(:'profile', 9, '1 hour')) as job,
       credits_tests.set_time('2030-01-01 02:00Z') as later
\gset
select credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as swept \gset

select is(
  (select row(p.next_hold_expiry, p.next_pack_expiry)::text from credits.profiles p
    where p.id = :'profile'),
  '(,)', 'the profile has none'
);

select * from finish();
rollback;
