begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported_story() as profile \gset

select credits_tests.refuses(
  format('select credits.repair_refunds(%L, %L, %L, %L)', c.profile, c.reason, c.actor, c.dry_run),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values ('profile_id', null, 'why', 'who', false),
             ('reason', :'profile', null, 'who', false),
             ('actor', :'profile', 'why', null, false),
             ('dry_run', :'profile', 'why', 'who', null),
             ('reason', :'profile', null, 'who', true))
     c (parameter, profile, reason, actor, dry_run);

select * from finish();
rollback;
