begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.refuses(
  format('select credits.expire_holds(%s)', c.max_jobs),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'max_jobs', 'value', c.max_jobs,
                     'minimum', 1, 'maximum', 10000),
  format('%s is refused', c.max_jobs)
)
from (values (0), (-1), (10001), (9223372036854775807)) c (max_jobs);
select credits_tests.refuses(
  'select credits.expire_holds(null)',
  'PT400', 'missing_argument', '{"parameter": "max_jobs"}', 'NULL is refused'
);
select lives_ok(format('select credits.expire_holds(%s)', c.max_jobs), c.max_jobs::text)
  from (values (1), (10000)) c (max_jobs);
select lives_ok('select credits.expire_holds()', '100 by default');

select * from finish();
rollback;
