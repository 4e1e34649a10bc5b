begin;
\ir ../helpers.psql
select plan(6);

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
  'a reservation is refused before that'
);

-- An overdraft is for the addon bucket only.
select credits_tests.allow_overdraft(credits_tests.profile(500, 0), 300) as profile \gset

select throws_ok(
  format('update credits.profiles p set credits_remaining = -1 where p.id = %L', :'profile'),
  '23514', null, 'the monthly bucket stays at zero or above'
);
select throws_ok(
  format('update credits.profiles p set addon_credits = -301 where p.id = %L', :'profile'),
  '23514', null, 'the addon bucket stays at the limit or above'
);
select lives_ok(
  format('update credits.profiles p set addon_credits = -300 where p.id = %L', :'profile'),
  'the limit itself is allowed'
);

select * from finish();
rollback;
