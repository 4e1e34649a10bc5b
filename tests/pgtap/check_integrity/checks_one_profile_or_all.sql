begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as sound, credits_tests.profile(500, 5000) as one,
       credits_tests.profile(500, 5000) as two
\gset
update credits.profiles p set credits_remaining = 7 where p.id in (:'one', :'two');

select set_eq(
  format('select f.profile_id from credits.check_integrity(%L) f', :'one'),
  array[:'one'::uuid], 'one profile'
);
select credits_tests.sound(:'sound', 'another profile');
select set_has(
  'select f.profile_id from credits.check_integrity() f',
  format('values (%L::uuid), (%L)', :'one', :'two'), 'all profiles'
);
select set_hasnt(
  'select f.profile_id from credits.check_integrity() f',
  format('values (%L::uuid)', :'sound'), 'sound books are not reported'
);

select * from finish();
rollback;
