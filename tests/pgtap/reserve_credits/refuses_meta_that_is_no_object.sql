begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 2000, %L)', :'profile', c.meta),
  'PT400', 'invalid_metadata', jsonb_build_object('type', c.type),
  format('%s is refused', c.meta)
)
from (values
  ('[]', 'array'),
  ('[{"a": 1}]', 'array'),
  ('"text"', 'string'),
  ('5', 'number'),
  ('true', 'boolean'),
  ('null', 'null')
) c (meta, type);

select * from finish();
rollback;
