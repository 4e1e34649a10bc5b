begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.revoke_grant(%L, %L, 5, %L, %L)',
         c.profile, c.reference, c.reason, c.actor),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values ('profile_id', null, 'order-1', 'why', 'who'),
             ('reference', :'profile', null, 'why', 'who'),
             ('reason', :'profile', 'order-1', null, 'who'),
             ('actor', :'profile', 'order-1', 'why', null))
     c (parameter, profile, reference, reason, actor);
select credits_tests.refuses(
  format('select credits.revoke_grant(%L, %L)', :'profile', 'order-1'),
  'PT400', 'missing_argument', '{"parameter": "reason"}', 'reason and actor have no default'
);

select * from finish();
rollback;
