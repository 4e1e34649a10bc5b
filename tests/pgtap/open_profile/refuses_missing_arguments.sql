begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.refuses(
  format('select credits.open_profile(%s)', c.arguments),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values
  ('profile_id', 'null, 500, 5000'),
  ('credits_remaining', 'gen_random_uuid(), null, 5000'),
  ('addon_credits', 'gen_random_uuid(), 500, null')
) c (parameter, arguments);

select * from finish();
rollback;
