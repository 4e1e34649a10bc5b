begin;
\ir ../helpers.psql
select plan(36);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, gen_random_uuid(), 2000$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('job_id is null', $$%L, null, 2000$$, 'missing_argument', '{"parameter": "job_id"}'),
  ('cost is null', $$%L, gen_random_uuid(), null$$, 'missing_argument', '{"parameter": "cost"}'),
  ('cost is -1', $$%L, gen_random_uuid(), -1$$, 'invalid_amount',
   '{"parameter": "cost", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('cost is -9223372036854775808',
   $$%L, gen_random_uuid(), -9223372036854775808$$, 'invalid_amount',
   '{"parameter": "cost", "value": -9223372036854775808, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('cost is 9007199254740992', $$%L, gen_random_uuid(), 9007199254740992$$, 'invalid_amount',
   '{"parameter": "cost", "value": 9007199254740992, "minimum": 0, "maximum": 9007199254740991}'),
  ('cost is 9223372036854775807',
   $$%L, gen_random_uuid(), 9223372036854775807$$, 'invalid_amount',
   '{"parameter": "cost", "value": 9223372036854775807, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('spender is blank', $$%L, gen_random_uuid(), 1, spender => ' '$$,
   'invalid_reference', '{"parameter": "spender", "length": 1, "maximum": 255}'),
  ('spender is too long', $$%L, gen_random_uuid(), 1, spender => repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "spender", "length": 256, "maximum": 255}'),
  ('spender has a line break', $$%L, gen_random_uuid(), 1, spender => E'a\nb'$$,
   'invalid_reference', '{"parameter": "spender", "control_character": "U+000A"}'),
  ('meta is the array []', $$%L, gen_random_uuid(), 2000, '[]'$$,
   'invalid_metadata', '{"type": "array"}'),
  ('meta is the array [{"a": 1}]', $$%L, gen_random_uuid(), 2000, '[{"a": 1}]'$$,
   'invalid_metadata', '{"type": "array"}'),
  ('meta is the string "text"', $$%L, gen_random_uuid(), 2000, '"text"'$$,
   'invalid_metadata', '{"type": "string"}'),
  ('meta is the number 5', $$%L, gen_random_uuid(), 2000, '5'$$,
   'invalid_metadata', '{"type": "number"}'),
  ('meta is the boolean true', $$%L, gen_random_uuid(), 2000, 'true'$$,
   'invalid_metadata', '{"type": "boolean"}'),
  ('meta is the JSON null', $$%L, gen_random_uuid(), 2000, 'null'$$,
   'invalid_metadata', '{"type": "null"}'),
  ('hold_for is 0', $$%L, gen_random_uuid(), 1, hold_for => '0'$$,
   'invalid_interval', '{"parameter": "hold_for", "value": "00:00:00", "maximum": "365 days"}'),
  ('hold_for is -1 second', $$%L, gen_random_uuid(), 1, hold_for => '-1 second'$$,
   'invalid_interval', '{"parameter": "hold_for", "value": "-00:00:01", "maximum": "365 days"}'),
  ('hold_for is -1 day', $$%L, gen_random_uuid(), 1, hold_for => '-1 day'$$,
   'invalid_interval', '{"parameter": "hold_for", "value": "-1 days", "maximum": "365 days"}'),
  ('hold_for is 365 days 1 microsecond',
   $$%L, gen_random_uuid(), 1, hold_for => '365 days 1 microsecond'$$, 'invalid_interval',
   '{"parameter": "hold_for", "value": "365 days 00:00:00.000001", "maximum": "365 days"}'),
  ('hold_for is 366 days', $$%L, gen_random_uuid(), 1, hold_for => '366 days'$$,
   'invalid_interval', '{"parameter": "hold_for", "value": "366 days", "maximum": "365 days"}'),
  ('hold_for is 1 year', $$%L, gen_random_uuid(), 1, hold_for => '1 year'$$,
   'invalid_interval', '{"parameter": "hold_for", "value": "1 year", "maximum": "365 days"}'),
  ('hold_for is 1 month -30 days',
   $$%L, gen_random_uuid(), 1, hold_for => '1 month -30 days'$$, 'invalid_interval',
   '{"parameter": "hold_for", "value": "1 mon -30 days", "maximum": "365 days"}'),
  ('hold_for is 11 months 36 days',
   $$%L, gen_random_uuid(), 1, hold_for => '11 months 36 days'$$, 'invalid_interval',
   '{"parameter": "hold_for", "value": "11 mons 36 days", "maximum": "365 days"}')
) c (what, arguments, token, detail);

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 2000, %L)', :'profile', c.meta),
  'PT400', 'reserved_metadata_key',
  '{"reserved": ["credit_cost", "credits_deducted", "monthly_deducted", "addon_deducted",
                 "credits_refunded", "monthly_refunded", "addon_refunded"]}',
  format('meta has a reserved key: %s', c.meta)
)
from (values
  ('{"credit_cost": 2000}'),
  ('{"credits_deducted": false}'),
  ('{"monthly_deducted": 2000}'),
  ('{"addon_deducted": 0}'),
  ('{"credits_refunded": null}'),
  ('{"monthly_refunded": "0"}'),
  ('{"addon_refunded": []}'),
  ('{"file": "rows.csv", "credit_cost": 2000}')
) c (meta);

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 2000, %L)', :'profile', c.meta),
  'PT413', 'metadata_too_large', jsonb_build_object('bytes', c.bytes, 'maximum', 16384), c.what
)
from (values
  ('meta is one byte too large', jsonb_build_object('a', repeat('x', 16376)), 16385),
  ('meta is too large in bytes, not in characters', jsonb_build_object('a', repeat('ß', 8200)),
   16409),
  ('meta is a megabyte', jsonb_build_object('a', repeat('x', 1000000)), 1000009),
  ('meta is a short number with a long text', '{"a": 1e100000}', 100008)
) c (what, meta, bytes);

select * from finish();
rollback;
