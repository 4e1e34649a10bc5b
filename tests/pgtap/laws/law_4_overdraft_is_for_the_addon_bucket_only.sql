begin;
\ir ../helpers.psql
select plan(3);

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
