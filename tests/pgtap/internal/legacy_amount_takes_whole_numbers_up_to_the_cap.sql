begin;
\ir ../helpers.psql
select plan(16);

select is(
  credits._legacy_amount(c.value), c.amount, coalesce(quote_literal(c.value), 'null')
)
from (values
  ('0', 0::bigint), ('2000', 2000), ('2000.0', 2000), ('2000.000000000', 2000), ('007', 7),
  ('9007199254740991', 9007199254740991), ('9007199254740992', null),
  ('90071992547409910', null), ('-1', null), ('1.5', null), ('2e3', null), ('', null), (' 1', null),
  ('true', null), ('NaN', null), (null, null)
) c (value, amount);

select * from finish();
rollback;
