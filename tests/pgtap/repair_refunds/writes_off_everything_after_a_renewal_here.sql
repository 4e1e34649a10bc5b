begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported_story() as profile \gset
select credits_tests.answer(format('credits.renew_monthly(%L, now(), 1800, 5000)', :'profile'))
  as done
\gset

select is(
  credits_tests.repaired(:'profile'), '4: 1500 = 0 taken + 1500 written off',
  'the month that the credits were in is over'
);
select is(credits_tests.buckets(:'profile'), '3800 + 5000', 'the new month is left alone');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
