begin;
\ir ../helpers.psql
select plan(3);

select gen_random_uuid() as profile, gen_random_uuid() as rich \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.open_profile(%L)', :'profile')),
  '{"credits_remaining": 0, "addon_credits": 0, "available": 0, "seq": 1, "replayed": false}',
  'without amounts both buckets are empty'
);
select credits_tests.answer(format('credits.open_profile(%L, 500)', :'rich')) as answer \gset
select is(credits_tests.buckets(:'rich'), '500 + 0', 'without addon_credits that bucket is empty');
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  'profile opened (monthly: 0, addon: 0)',
  'an empty profile has its opening row, too'
);

select * from finish();
rollback;
