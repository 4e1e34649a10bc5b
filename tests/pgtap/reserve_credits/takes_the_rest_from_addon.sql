begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, gen_random_uuid(), 2000)', :'profile')),
  '{"monthly_deducted": 500, "addon_deducted": 1500}',
  '2000 of 500 + 5000: the monthly bucket pays what it has, the addon bucket the rest'
);
select is(credits_tests.buckets(:'profile'), '0 + 3500', 'each bucket paid its part');

select * from finish();
rollback;
