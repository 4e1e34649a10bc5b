begin;
\ir ../helpers.psql
select plan(4);

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
