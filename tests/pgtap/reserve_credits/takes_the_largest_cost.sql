begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, gen_random_uuid(), 9007199254740991)',
           credits_tests.profile(c.monthly, c.addon))),
  jsonb_build_object('monthly_deducted', c.monthly, 'addon_deducted', c.addon, 'new_balance', 0),
  format('2^53-1 of %s + %s', c.monthly, c.addon)
)
from (values (9007199254740991, 0), (991, 9007199254740000)) c (monthly, addon);

select * from finish();
rollback;
