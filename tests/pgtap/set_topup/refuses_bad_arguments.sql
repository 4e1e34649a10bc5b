begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.refuses(
  format('select credits.set_topup(%s)', format(c.arguments, quote_literal(:'profile'))),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', 'null, 1, 1', 'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('below is 0', '%s, 0, 1', 'invalid_amount',
   '{"parameter": "below", "value": 0, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is null', '%s, 1, null', 'missing_argument', '{"parameter": "amount"}'),
  ('amount is 0', '%s, 1, 0', 'invalid_amount',
   '{"parameter": "amount", "value": 0, "minimum": 1, "maximum": 9007199254740991}'),
  ('a_month is 1001', '%s, 1, 1, 1001', 'invalid_amount',
   '{"parameter": "a_month", "value": 1001, "minimum": 1, "maximum": 1000}')
) c (what, arguments, token, detail);
select throws_ok('select credits.set_topup(gen_random_uuid(), 1, 1)', 'PT404', 'profile_not_found',
                 'an unknown profile');
select credits_tests.close(:'profile') as closed \gset
select throws_ok(format('select credits.set_topup(%L, 1, 1)', :'profile'), 'PT410',
                 'profile_closed', 'a closed profile');

select * from finish();
rollback;
