begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.close_profile(%L, %L, %L)', c.profile, c.reason, c.actor),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values ('profile_id', null, 'why', 'who'), ('reason', :'profile', null, 'who'),
             ('actor', :'profile', 'why', null)) c (parameter, profile, reason, actor);

select * from finish();
rollback;
