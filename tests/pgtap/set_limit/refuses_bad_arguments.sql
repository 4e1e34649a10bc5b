begin;
\ir ../helpers.psql
select plan(18);

select credits_tests.profile(50, 50) as profile \gset
select credits_tests.refuses(
  format('select credits.set_limit(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, 'ann', 'day', 5, 'why', 'who'$$,
   'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('spender is blank', $$%L, ' ', 'day', 5, 'why', 'who'$$,
   'invalid_reference', '{"parameter": "spender", "length": 1, "maximum": 255}'),
  ('spender is too long', $$%L, repeat('x', 256), 'day', 5, 'why', 'who'$$,
   'invalid_reference', '{"parameter": "spender", "length": 256, "maximum": 255}'),
  ('window_name is null', $$%L, 'ann', null, 5, 'why', 'who'$$,
   'missing_argument', '{"parameter": "window_name"}'),
  ('there is no such window', $$%L, 'ann', 'year', 5, 'why', 'who'$$, 'invalid_option',
   '{"parameter": "window_name", "value": "year", "allowed": ["day", "week", "month", "total"]}'),
  ('amount is -1', $$%L, 'ann', 'day', -1, 'why', 'who'$$, 'invalid_amount',
   '{"parameter": "amount", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('amount is 9007199254740992', $$%L, 'ann', 'day', 9007199254740992, 'why', 'who'$$,
   'invalid_amount', '{"parameter": "amount", "value": 9007199254740992, "minimum": 0,
                       "maximum": 9007199254740991}'),
  ('reason is null', $$%L, 'ann', 'day', 5, null, 'who'$$,
   'missing_argument', '{"parameter": "reason"}'),
  ('reason is blank', $$%L, 'ann', 'day', 5, ' ', 'who'$$,
   'invalid_reference', '{"parameter": "reason", "length": 1, "maximum": 255}'),
  ('actor is null', $$%L, 'ann', 'day', 5, 'why', null$$,
   'missing_argument', '{"parameter": "actor"}'),
  ('actor is empty', $$%L, 'ann', 'day', 5, 'why', ''$$,
   'invalid_reference', '{"parameter": "actor", "length": 0, "maximum": 255}'),
  ('nobody knows the time zone', $$%L, 'ann', 'day', 5, 'why', 'who', 'Mars/Olympus'$$,
   'invalid_time_zone', '{"parameter": "time_zone", "value": "Mars/Olympus"}'),
  ('an offset is no place', $$%L, 'ann', 'day', 5, 'why', 'who', '+02'$$,
   'invalid_time_zone', '{"parameter": "time_zone", "value": "+02"}'),
  ('an abbreviation has no summer time', $$%L, 'ann', 'day', 5, 'why', 'who', 'CET'$$,
   'invalid_time_zone', '{"parameter": "time_zone", "value": "CET"}'),
  ('a rule is no place', $$%L, 'ann', 'day', 5, 'why', 'who', 'CET-1CEST'$$,
   'invalid_time_zone', '{"parameter": "time_zone", "value": "CET-1CEST"}'),
  ('a name is written as it is', $$%L, 'ann', 'day', 5, 'why', 'who', 'europe/berlin'$$,
   'invalid_time_zone', '{"parameter": "time_zone", "value": "europe/berlin"}')
) c (what, arguments, token, detail);
select credits_tests.refuses(
  'select credits.set_limit(gen_random_uuid(), ''ann'', ''day'', 5, ''why'', ''who'')',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits.close_profile(:'profile', 'why', 'who') as closed \gset
select credits_tests.refuses(
  format('select credits.set_limit(%L, ''ann'', ''day'', 5, ''why'', ''who'')', :'profile'),
  'PT410', 'profile_closed', '{}', 'a closed profile'
);

select * from finish();
rollback;
