begin;
\ir ../helpers.psql
select plan(3);

select is(
  credits._legacy_kind(c.delta, c.reason, c.given, true, false), 'unknown', c.reason
)
from (values (5, 'job refund', null), (5, 'signup', 'open'), (5, 'purchase', 'addon'))
     c (delta, reason, given);

select * from finish();
rollback;
