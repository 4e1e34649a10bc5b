begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 10000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, gen_random_uuid(), 3000)', :'profile')),
  '{"monthly_deducted": 0, "addon_deducted": 3000}',
  '3000 of 0 + 10000: the addon bucket pays all of it'
);
select is(credits_tests.buckets(:'profile'), '0 + 7000', 'the monthly bucket stays empty');

select * from finish();
rollback;
