begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.refuses(
  format('select credits.decline_topup(%s)', format(c.arguments, quote_literal(:'profile'))),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', 'null, ''a''', 'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('reference is null', '%s, null', 'missing_argument', '{"parameter": "reference"}'),
  ('pause is null', '%s, ''a'', null', 'missing_argument', '{"parameter": "pause"}'),
  ('pause is nothing', '%s, ''a'', ''0''', 'invalid_interval',
   '{"parameter": "pause", "value": "00:00:00", "maximum": "365 days"}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
