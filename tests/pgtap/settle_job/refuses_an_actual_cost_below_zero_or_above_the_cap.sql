begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.settle_job(%L, %L)', :'job', c.cost),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'actual_cost', 'value', c.cost,
                     'minimum', 0, 'maximum', 9007199254740991),
  format('%s is refused', c.cost)
)
from (values (-1), (-9223372036854775808), (9007199254740992), (9223372036854775807)) c (cost);
select throws_ok(
  format('select credits.settle_job(%L, %L)', :'job', c.cost), c.sqlstate, null,
  format('%s is no bigint', c.cost)
)
from (values ('NaN', '22P02'), ('1.5', '22P02'), ('9223372036854775808', '22003'))
     c (cost, sqlstate);

select * from finish();
rollback;
