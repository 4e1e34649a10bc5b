begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.refuses(
  format('select credits.expire_holds(%s)', c.batch_size),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'batch_size', 'value', c.batch_size,
                     'minimum', 1, 'maximum', 10000),
  format('%s is refused', c.batch_size)
)
from (values (0), (-1), (10001), (9223372036854775807)) c (batch_size);
select credits_tests.refuses(
  'select credits.expire_holds(null)',
  'PT400', 'missing_argument', '{"parameter": "batch_size"}', 'NULL is refused'
);
select lives_ok(format('select credits.expire_holds(%s)', c.batch_size), c.batch_size::text)
  from (values (1), (10000)) c (batch_size);
select lives_ok('select credits.expire_holds()', '100 by default');

select * from finish();
rollback;
