begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.hold(:'profile', 9, '1 hour'), credits_tests.hold(:'profile', 9, '1 hour')
\gset hold_
select credits_tests.pack(:'profile', 50, '2030-01-01 01:00Z', reference => 'a'),
       credits_tests.pack(:'profile', 40, '2030-01-01 01:00Z', reference => 'b'),
       credits_tests.pack(:'profile', 30, '2030-01-01 00:59Z', reference => 'c'),
       credits_tests.pack(:'profile', 20, '2030-01-01 01:01Z', reference => 'd')
\gset pack_
select credits_tests.set_time('2030-01-01 02:00Z') as later,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as swept
\gset

select is(
  credits_tests.history(:'profile', 7),
  'lapse +0 -30, lapse +0 -50, lapse +0 -40, expire +0 +9, expire +0 +9, lapse +0 -20',
  'older grants first'
);
select is_empty(
  format('select from credits.ledger l
           where l.profile_id = %1$L
             and l.kind = ''expire''
             and l.seq <> 11 + (select count(*) from credits.jobs j
                                 where j.profile_id = %1$L and j.id < l.job_id)', :'profile'),
  'holds by their job id'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
