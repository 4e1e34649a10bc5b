begin;
\ir ../helpers.psql
select plan(3);

select is(
  (select credits_tests.buckets(p)
     from credits_tests.imported(
            c.monthly, c.addon, '{}', '{}', '{null_balance,history_truncated}') p),
  c.buckets,
  c.buckets
)
from (values (null::numeric, 70::numeric, '0 + 70'), (70, null, '70 + 0'), (null, null, '0 + 0'))
     c (monthly, addon, buckets);

select * from finish();
rollback;
