begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(2000, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, gen_random_uuid(), 1500)', :'profile')),
  '{"monthly_deducted": 1500, "addon_deducted": 0}',
  '1500 of 2000 + 5000: the monthly bucket pays all of it'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'the addon bucket is whole');

select * from finish();
rollback;
