begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-03-01 00:00Z') as pack \gset
select credits_tests.answer(format('credits.adjust_credits(%L, %L, 0, 30, %L, %L)',
                                   :'profile', 'a', 'why', 'who')) as done,
       credits_tests.set_time('2030-03-01 00:00Z') as later
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')), '{"available": 130}',
  'they do not lapse with a pack'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
