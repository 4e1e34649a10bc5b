begin;
\ir ../helpers.psql
select plan(12);

select credits_tests.profile(10, 0) as profile \gset
select credits_tests.refuses(
  format('select credits.usage(%s)', format(c.arguments, quote_literal(:'profile'))),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', 'null', 'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('time_zone is null', '%s, time_zone => null', 'missing_argument',
   '{"parameter": "time_zone"}'),
  ('there is no such zone', '%s, time_zone => ''Mars/Olympus''', 'invalid_time_zone',
   '{"parameter": "time_zone", "value": "Mars/Olympus"}'),
  ('a zone has a name, and no sum', '%s, time_zone => ''UTC+2''', 'invalid_time_zone',
   '{"parameter": "time_zone", "value": "UTC+2"}'),
  ('there is no such step', '%s, step => ''hour''', 'invalid_option',
   '{"parameter": "step", "value": "hour", "allowed": ["day", "week", "month"]}'),
  ('there is no such label', '%s, by => ''model''', 'invalid_option',
   '{"parameter": "by", "value": "model", "allowed": ["spender", "meta.KEY"]}'),
  ('a key has a name', '%s, by => ''meta.''', 'invalid_option',
   '{"parameter": "by", "value": "meta.", "allowed": ["spender", "meta.KEY"]}'),
  ('until is before since', '%s, ''2030-01-02Z'', ''2030-01-01Z''', 'invalid_interval',
   '{"parameter": "until", "value": "2030-01-01T00:00:00+00:00"}'),
  ('since is never', '%s, since => ''-infinity''', 'invalid_interval',
   '{"parameter": "since", "value": "-infinity", "maximum": "9999-12-31T23:59:59.999999+00:00"}'),
  ('until is never', '%s, until => ''infinity''', 'invalid_interval',
   '{"parameter": "until", "value": "infinity", "maximum": "9999-12-31T23:59:59.999999+00:00"}')
) c (what, arguments, token, detail);
select throws_ok(
  'select credits.usage(gen_random_uuid())', 'PT404', 'profile_not_found', 'an unknown profile'
);
select is_empty(
  format('select credits.usage(%L, %L, %L, %L)', :'profile', '0001-01-01Z', '9999-12-31Z', 'day'),
  'the longest range there is, of a profile without jobs'
);

select * from finish();
rollback;
