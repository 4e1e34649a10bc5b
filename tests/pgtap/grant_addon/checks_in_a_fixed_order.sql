begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset

select credits_tests.refuses(
  format('select credits.grant_addon(gen_random_uuid(), 0, %L)', 'order-1'),
  'PT400', 'invalid_amount',
  '{"parameter": "amount", "value": 0, "minimum": 1, "maximum": 9007199254740991}',
  'arguments before the profile'
);
select credits_tests.refuses(
  format('select credits.grant_addon(%L, 9007199254740991, %L)', :'profile', 'order-1'),
  'PT409', 'reference_conflict',
  '{"parameter": "amount", "stored": 700, "given": 9007199254740991}',
  'the replay before the cap'
);

-- A pack.
select credits_tests.profile(0, 7) as profile \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%s)', c.arguments), 'PT400', c.token, c.detail::jsonb,
  c.description
)
from (values
  ('gen_random_uuid(), 1, ''a'', ''infinity'', ''x'', 1001, ''''', 'invalid_interval',
   '{"parameter": "expires_at", "value": "infinity",
     "maximum": "9999-12-31T23:59:59.999999+00:00"}', 'expires_at'),
  ('gen_random_uuid(), 1, ''a'', null, ''x'', 1001, ''''', 'invalid_option',
   '{"parameter": "kind", "value": "x", "allowed": ["paid", "promo"]}', 'kind'),
  ('gen_random_uuid(), 1, ''a'', null, ''paid'', 1001, ''''', 'invalid_amount',
   '{"parameter": "priority", "value": 1001, "minimum": -1000, "maximum": 1000}', 'priority'),
  ('gen_random_uuid(), 1, ''a'', null, ''paid'', 0, ''''', 'invalid_reference',
   '{"parameter": "reason", "length": 0, "maximum": 255}', 'reason')
) c (arguments, token, detail, description);
select credits_tests.refuses(
  'select credits.grant_addon(gen_random_uuid(), 1, ''a'', ''1999-01-01 00:00Z'')',
  'PT404', 'profile_not_found', '{}', 'the profile before the time'
);
select credits_tests.close(:'profile') as done \gset
select credits_tests.refuses(
  format('select credits.grant_addon(%L, 1, %L, %L)', :'profile', 'a', '1999-01-01 00:00Z'),
  'PT400', 'invalid_interval',
  jsonb_build_object('parameter', 'expires_at', 'value', '1999-01-01 00:00Z'::timestamptz),
  'the time before the state'
);
select credits_tests.refuses(
  format('select credits.grant_addon(%L, 9007199254740991, %L)', :'profile', 'a'),
  'PT410', 'profile_closed', '{}', 'the state before the cap'
);

select * from finish();
rollback;
