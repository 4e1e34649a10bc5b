begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(1, 2) as profile \gset

select credits_tests.refuses(
  format('select credits.balance_at(' || c.arguments || ')', :'profile'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', $$null, 'now'$$, 'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('at is null', $$%L, null$$, 'missing_argument', '{"parameter": "at"}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
