begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.reinstate_grant(%L, %L, %L, %L)',
         c.profile, c.reference, c.reason, c.actor),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values ('profile_id', null, 'order-1', 'why', 'who'),
             ('reference', :'profile', null, 'why', 'who'),
             ('reason', :'profile', 'order-1', null, 'who'),
             ('actor', :'profile', 'order-1', 'why', null))
     c (parameter, profile, reference, reason, actor);

select * from finish();
rollback;
