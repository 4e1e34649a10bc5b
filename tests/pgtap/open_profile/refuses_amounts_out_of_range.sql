begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.refuses(
  format('select credits.open_profile(gen_random_uuid(), %I => %L)', p.parameter, a.amount),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', p.parameter, 'value', a.amount,
                     'minimum', 0, 'maximum', 9007199254740991),
  format('%s = %s is refused', p.parameter, a.amount)
)
from (values ('credits_remaining'), ('addon_credits')) p (parameter),
     (values (-1), (-9223372036854775808), (9007199254740992), (9223372036854775807)) a (amount);

select * from finish();
rollback;
