begin;
\ir ../helpers.psql
select plan(13);

select is(
  credits._legacy_credits(c.value), c.amount, coalesce(c.value::text, 'null')
)
from (values
  (null::numeric, 0::bigint), (0, 0), (7, 7), (-7, -7), (7.9, 7), (-7.9, -7),
  (9007199254740991, 9007199254740991), (9007199254740992, 9007199254740991),
  (-9007199254740991, -9007199254740991), (-9007199254740992, -9007199254740991),
  (1e30, 9007199254740991), ('-Infinity', -9007199254740991), ('NaN', 9007199254740991)
) c (value, amount);

select * from finish();
rollback;
