begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as one, credits_tests.profile(0, 0) as two \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, %s, %L)', c.profile, c.amount, 'order-1')),
  jsonb_build_object('profile_id', c.profile, 'new_balance', c.amount, 'replayed', false),
  format('%s credits', c.amount)
)
from (values (:'one', 700), (:'two', 900)) c (profile, amount);

select * from finish();
rollback;
