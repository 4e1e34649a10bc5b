begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 2000, %L)', :'profile', c.meta),
  'PT413', 'metadata_too_large', jsonb_build_object('bytes', c.bytes, 'maximum', 16384),
  c.description
)
from (values
  (jsonb_build_object('a', repeat('x', 16376)), 16385, 'one byte too many is refused'),
  (jsonb_build_object('a', repeat('ß', 8200)), 16409, 'bytes are counted, not characters'),
  (jsonb_build_object('a', repeat('x', 1000000)), 1000009, 'a megabyte is refused'),
  ('{"a": 1e100000}', 100008, 'a short number with a long text is refused')
) c (meta, bytes, description);

select * from finish();
rollback;
