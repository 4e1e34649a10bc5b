begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%L, 50, %L, null, %L, %L)',
         :'profile', 'order-1', c.kind, c.priority),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values ('kind', null, 0), ('priority', 'paid', null)) c (parameter, kind, priority);

select * from finish();
rollback;
