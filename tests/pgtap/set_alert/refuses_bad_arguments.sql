begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.refuses(
  format('select credits.set_alert(%s)', format(c.arguments, quote_literal(:'profile'))),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', 'null', 'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('low_balance is 0', '%s, 0', 'invalid_amount',
   '{"parameter": "low_balance", "value": 0, "minimum": 1, "maximum": 9007199254740991}'),
  ('a kind is null', '%s, 1, array[null]', 'missing_argument', '{"parameter": "kinds"}')
) c (what, arguments, token, detail);
select throws_ok(
  format('select credits.set_alert(%L, 1, ''{credits.high}'')', :'profile'), 'PT400',
  'invalid_option', 'a kind that there is not'
);
select throws_ok('select credits.set_alert(gen_random_uuid())', 'PT404', 'profile_not_found',
                 'an unknown profile');

select * from finish();
rollback;
