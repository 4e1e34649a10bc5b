begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.allow_overdraft(credits_tests.profile(500, 1000), 300) as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 1801)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 1801, "available": 1800, "monthly": 500, "addon": 1000}',
  'one credit below the limit is refused'
);
select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, gen_random_uuid(), 1800)', :'profile')),
  '{"monthly_deducted": 500, "addon_deducted": 1300, "new_balance": -300}',
  'down to the limit is accepted'
);
select is(credits_tests.buckets(:'profile'), '0 + -300', 'only the addon bucket is below zero');
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 1)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 1, "available": 0, "monthly": 0, "addon": -300}',
  'there is no more'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, gen_random_uuid(), 0)', :'profile')),
  '{"monthly_deducted": 0, "addon_deducted": 0, "new_balance": -300}',
  'a free job is still welcome'
);

select * from finish();
rollback;
