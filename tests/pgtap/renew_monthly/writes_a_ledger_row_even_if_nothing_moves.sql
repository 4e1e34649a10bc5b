begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 500) as done \gset

select is(credits_tests.history(:'profile'), 'renew +0 +0', 'the period began');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
