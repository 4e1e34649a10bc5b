begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile_with_everything() as profile,
       credits_tests.profile(0, 0) as empty
\gset

select credits_tests.sound(:'profile', 'a profile with a row in every table');
select credits_tests.sound(:'empty', 'an empty profile');

select * from finish();
rollback;
