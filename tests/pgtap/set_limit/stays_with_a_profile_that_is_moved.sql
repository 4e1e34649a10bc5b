begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 50) as profile, credits_tests.profile(0, 50) as other \gset
select credits_tests.limit_spender(:'profile', 'ann', 'total', 40) as l,
       credits_tests.spend(:'profile', 'ann', 30) as job
\gset
select credits_tests.move(:'profile', :'other') as moved \gset
select credits_tests.refund(:'job') as done \gset
select is(credits_tests.spent(:'profile'), 'ann total 0', 'its jobs still give room back');
select is((select count(*) from credits.get_limits(:'other')), 0::bigint, 'the successor has none');
select credits_tests.sound(:'profile');
select credits_tests.sound(:'other');

select * from finish();
rollback;
