begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported_story() as profile \gset

select credits_tests.refuses(
  format('select credits.repair_refunds(%L, %L, %L)', :'profile', c.reason, c.actor),
  'PT400', 'invalid_reference',
  jsonb_build_object('parameter', c.parameter, 'length', c.length, 'maximum', 255),
  format('%s of %s characters is refused', c.parameter, c.length)
)
from (values
  ('reason', '  ', 'who', 2), ('reason', repeat('x', 256), 'who', 256),
  ('actor', 'why', '', 0), ('actor', 'why', repeat('x', 256), 256)
) c (parameter, reason, actor, length);

select * from finish();
rollback;
