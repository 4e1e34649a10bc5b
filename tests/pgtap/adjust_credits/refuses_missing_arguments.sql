begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, %L, %L, %L, %L)',
         c.profile, c.key, c.monthly, c.addon, c.reason, c.actor),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values
  ('profile_id', null, 'a', 1, 1, 'why', 'who'),
  ('adjustment_id', :'profile', null, 1, 1, 'why', 'who'),
  ('monthly_delta', :'profile', 'a', null, 1, 'why', 'who'),
  ('addon_delta', :'profile', 'a', 1, null, 'why', 'who'),
  ('reason', :'profile', 'a', 1, 1, null, 'who'),
  ('actor', :'profile', 'a', 1, 1, 'why', null)
) c (parameter, profile, key, monthly, addon, reason, actor);

select * from finish();
rollback;
