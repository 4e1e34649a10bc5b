begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset

select throws_ok(
  format('update credits.profiles p set credits_remaining = -1 where p.id = %L', :'profile'),
  '23514', null, 'the table refuses a monthly bucket below zero'
);
select throws_ok(
  format('update credits.profiles p set addon_credits = -1 where p.id = %L', :'profile'),
  '23514', null, 'and an addon bucket below zero'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 5501)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 5501, "available": 5500, "monthly": 500, "addon": 5000}',
  'a reservation never comes that far'
);

select * from finish();
rollback;
