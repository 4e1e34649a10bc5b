begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-02 00:00Z', 'paid') as pack \gset
select credits_tests.hold(:'profile', 50, '2 days') as job,
       credits_tests.set_time('2030-01-09 00:00Z') as later,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as balance
\gset

select is(credits_tests.history(:'profile', 3), 'expire +0 +50, lapse +0 -50', 'in one go');
select credits_tests.shows(:'balance', '{"available": 0, "held": 0}', 'nothing is left');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
