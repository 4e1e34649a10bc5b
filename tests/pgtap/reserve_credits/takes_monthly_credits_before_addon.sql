begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.profile(2000, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, gen_random_uuid(), 1500)', :'profile')),
  '{"monthly_deducted": 1500, "addon_deducted": 0}',
  '1500 of 2000 + 5000: the monthly bucket pays all of it'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'the addon bucket is whole');

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, gen_random_uuid(), 2000)', :'profile')),
  '{"monthly_deducted": 500, "addon_deducted": 1500}',
  '2000 of 500 + 5000: the monthly bucket pays what it has, the addon bucket the rest'
);
select is(credits_tests.buckets(:'profile'), '0 + 3500', 'each bucket paid its part');

select credits_tests.profile(0, 10000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, gen_random_uuid(), 3000)', :'profile')),
  '{"monthly_deducted": 0, "addon_deducted": 3000}',
  '3000 of 0 + 10000: the addon bucket pays all of it'
);
select is(credits_tests.buckets(:'profile'), '0 + 7000', 'the monthly bucket stays empty');

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, gen_random_uuid(), %s)', :'profile', c.cost)),
  jsonb_build_object('monthly_deducted', c.monthly, 'addon_deducted', c.addon,
                     'new_balance', c.new_balance),
  c.description
)
from (values
  (500, 500, 0, 5000, 'the monthly bucket to its last credit'),
  (1, 0, 1, 4999, 'then the first of the addon bucket'),
  (4999, 0, 4999, 0, 'then the addon bucket to its last credit')
) c (cost, monthly, addon, new_balance, description);
select is(credits_tests.buckets(:'profile'), '0 + 0', 'nothing is left');

select * from finish();
rollback;
