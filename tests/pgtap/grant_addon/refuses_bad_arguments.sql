begin;
\ir ../helpers.psql
select plan(29);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
set local time zone 'UTC';

select credits_tests.refuses(
  format('select credits.grant_addon(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, 700, 'order-1'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('amount is null', $$%L, null, 'order-1'$$, 'missing_argument', '{"parameter": "amount"}'),
  ('reference is null', $$%L, 700, null$$, 'missing_argument', '{"parameter": "reference"}'),
  ('kind is null', $$%L, 50, 'order-1', null, null, 0$$,
   'missing_argument', '{"parameter": "kind"}'),
  ('priority is null', $$%L, 50, 'order-1', null, 'paid', null$$,
   'missing_argument', '{"parameter": "priority"}'),
  ('amount is 0', $$%L, 0, 'order-1'$$, 'invalid_amount',
   '{"parameter": "amount", "value": 0, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is -1', $$%L, -1, 'order-1'$$, 'invalid_amount',
   '{"parameter": "amount", "value": -1, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is -9223372036854775808',
   $$%L, -9223372036854775808, 'order-1'$$, 'invalid_amount',
   '{"parameter": "amount", "value": -9223372036854775808, "minimum": 1,
     "maximum": 9007199254740991}'),
  ('amount is 9007199254740992', $$%L, 9007199254740992, 'order-1'$$, 'invalid_amount',
   '{"parameter": "amount", "value": 9007199254740992, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is 9223372036854775807',
   $$%L, 9223372036854775807, 'order-1'$$, 'invalid_amount',
   '{"parameter": "amount", "value": 9223372036854775807, "minimum": 1,
     "maximum": 9007199254740991}'),
  ('reference is empty', $$%L, 700, ''$$,
   'invalid_reference', '{"parameter": "reference", "length": 0, "maximum": 255}'),
  ('reference is a space', $$%L, 700, ' '$$,
   'invalid_reference', '{"parameter": "reference", "length": 1, "maximum": 255}'),
  ('reference is other white space', $$%L, 700, e' \t\r\n '$$,
   'invalid_reference', '{"parameter": "reference", "length": 5, "maximum": 255}'),
  ('reference is too long', $$%L, 700, repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "reference", "length": 256, "maximum": 255}'),
  ('reference is far too long', $$%L, 700, repeat('x', 100000)$$,
   'invalid_reference', '{"parameter": "reference", "length": 100000, "maximum": 255}'),
  ('expires_at is infinity', $$%L, 50, 'order-1', 'infinity'$$,
   'invalid_interval', '{"parameter": "expires_at", "value": "infinity",
     "maximum": "9999-12-31T23:59:59.999999+00:00"}'),
  ('expires_at is -infinity', $$%L, 50, 'order-1', '-infinity'$$,
   'invalid_interval', '{"parameter": "expires_at", "value": "-infinity",
     "maximum": "9999-12-31T23:59:59.999999+00:00"}'),
  ('expires_at is in the year 10000', $$%L, 50, 'order-1', '10000-01-01 00:00Z'$$,
   'invalid_interval', '{"parameter": "expires_at", "value": "10000-01-01T00:00:00+00:00",
     "maximum": "9999-12-31T23:59:59.999999+00:00"}'),
  ('reference has a line break', $$%L, 50, E'order\n1'$$, 'invalid_reference',
   '{"parameter": "reference", "control_character": "U+000A"}'),
  ('expires_at is now', $$%L, 50, 'order-1', '2030-01-01 00:00Z'$$,
   'invalid_interval', '{"parameter": "expires_at", "value": "2030-01-01T00:00:00+00:00"}'),
  ('expires_at is in the past', $$%L, 50, 'order-1', '2029-12-31 23:59:59.999999Z'$$,
   'invalid_interval', '{"parameter": "expires_at", "value": "2029-12-31T23:59:59.999999+00:00"}'),
  ('kind of a pack is unknown', $$%L, 50, 'order-1', '2099-01-01 00:00Z', 'free'$$,
   'invalid_option', '{"parameter": "kind", "value": "free", "allowed": ["paid", "promo"]}'),
  ('kind of any grant is unknown', $$%L, 50, 'order-1', null, ''$$,
   'invalid_option', '{"parameter": "kind", "value": "", "allowed": ["paid", "promo"]}'),
  ('priority of a pack is -1001',
   $$%L, 50, 'order-1', '2099-01-01 00:00Z', 'paid', -1001$$, 'invalid_amount',
   '{"parameter": "priority", "value": -1001, "minimum": -1000, "maximum": 1000}'),
  ('priority of a pack is 1001', $$%L, 50, 'order-1', '2099-01-01 00:00Z', 'paid', 1001$$,
   'invalid_amount', '{"parameter": "priority", "value": 1001, "minimum": -1000, "maximum": 1000}'),
  ('priority of any grant is 2147483647',
   $$%L, 50, 'order-1', null, 'paid', 2147483647$$, 'invalid_amount',
   '{"parameter": "priority", "value": 2147483647, "minimum": -1000, "maximum": 1000}'),
  ('reason is empty', $$%L, 700, 'order-1', reason => ''$$,
   'invalid_reference', '{"parameter": "reason", "length": 0, "maximum": 255}'),
  ('reason is white space', $$%L, 700, 'order-1', reason => e' \n'$$,
   'invalid_reference', '{"parameter": "reason", "length": 2, "maximum": 255}'),
  ('reason is too long', $$%L, 700, 'order-1', reason => repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "reason", "length": 256, "maximum": 255}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
