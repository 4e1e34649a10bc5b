begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.shows(
  credits_tests.answer(
    format('credits.open_profile(%L, %s, %s)', gen_random_uuid(), c.monthly, c.addon)),
  '{"available": 9007199254740991}',
  format('%s monthly + %s addon', c.monthly, c.addon)
)
from (values (9007199254740991, 0), (0, 9007199254740991), (1, 9007199254740990)) c (monthly, addon);
select credits_tests.refuses(
  format('select credits.open_profile(%L, %s, %s)', gen_random_uuid(), c.monthly, c.addon),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'addon_credits', 'value', c.addon, 'minimum', 0,
                     'maximum', 9007199254740991 - c.monthly),
  format('%s monthly + %s addon are more than 2^53-1 together', c.monthly, c.addon)
)
from (values (1, 9007199254740991), (9007199254740991, 1)) c (monthly, addon);

select * from finish();
rollback;
