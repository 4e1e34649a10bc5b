begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset

select credits_tests.refuses(
  format('select credits.revoke_grant(%L, %L, %s, %L, %L)',
         :'profile', 'order-1', c.amount, 'why', 'who'),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'amount', 'value', c.amount, 'minimum', 1, 'maximum', 700),
  format('%s of 700', c.amount)
)
from (values (701), (9007199254740991)) c (amount);

select * from finish();
rollback;
