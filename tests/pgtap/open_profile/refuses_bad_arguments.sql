begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.refuses(
  'select credits.open_profile(' || c.arguments || ')', 'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, 500, 5000$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('credits_remaining is null', $$gen_random_uuid(), null, 5000$$,
   'missing_argument', '{"parameter": "credits_remaining"}'),
  ('addon_credits is null', $$gen_random_uuid(), 500, null$$,
   'missing_argument', '{"parameter": "addon_credits"}'),
  ('credits_remaining is -1', $$gen_random_uuid(), credits_remaining => -1$$, 'invalid_amount',
   '{"parameter": "credits_remaining", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('credits_remaining is -9223372036854775808',
   $$gen_random_uuid(), credits_remaining => -9223372036854775808$$, 'invalid_amount',
   '{"parameter": "credits_remaining", "value": -9223372036854775808, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('credits_remaining is 9007199254740992',
   $$gen_random_uuid(), credits_remaining => 9007199254740992$$, 'invalid_amount',
   '{"parameter": "credits_remaining", "value": 9007199254740992, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('credits_remaining is 9223372036854775807',
   $$gen_random_uuid(), credits_remaining => 9223372036854775807$$, 'invalid_amount',
   '{"parameter": "credits_remaining", "value": 9223372036854775807, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('addon_credits is -1', $$gen_random_uuid(), addon_credits => -1$$, 'invalid_amount',
   '{"parameter": "addon_credits", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('addon_credits is -9223372036854775808',
   $$gen_random_uuid(), addon_credits => -9223372036854775808$$, 'invalid_amount',
   '{"parameter": "addon_credits", "value": -9223372036854775808, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('addon_credits is 9007199254740992',
   $$gen_random_uuid(), addon_credits => 9007199254740992$$, 'invalid_amount',
   '{"parameter": "addon_credits", "value": 9007199254740992, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('addon_credits is 9223372036854775807',
   $$gen_random_uuid(), addon_credits => 9223372036854775807$$, 'invalid_amount',
   '{"parameter": "addon_credits", "value": 9223372036854775807, "minimum": 0,
     "maximum": 9007199254740991}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
