begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.set_overdraft_limit(%L, %L, %L, %L)',
         c.profile, c.limit, c.reason, c.actor),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values ('profile_id', null, 5, 'why', 'who'),
             ('overdraft_limit', :'profile', null, 'why', 'who'),
             ('reason', :'profile', 5, null, 'who'), ('actor', :'profile', 5, 'why', null))
     c (parameter, profile, "limit", reason, actor);

select * from finish();
rollback;
