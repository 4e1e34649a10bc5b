begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.refuses(
  format('select credits.expire_packs(%s)', c.max_profiles),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'max_profiles', 'value', c.max_profiles,
                     'minimum', 1, 'maximum', 10000),
  format('%s is refused', c.max_profiles)
)
from (values (0), (-1), (10001), (9223372036854775807)) c (max_profiles);
select credits_tests.refuses(
  'select credits.expire_packs(null)',
  'PT400', 'missing_argument', '{"parameter": "max_profiles"}', 'NULL is refused'
);
select lives_ok(format('select credits.expire_packs(%s)', c.max_profiles), c.max_profiles::text)
  from (values (1), (10000)) c (max_profiles);
select lives_ok('select credits.expire_packs()', '100 by default');

select * from finish();
rollback;
