begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1'))
  as done
\gset

select credits_tests.refuses(
  format('select credits.revoke_grant(%L, %L, %s, %L, %L)',
         :'profile', 'order-1', c.amount, 'why', 'who'),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'amount', 'value', c.amount, 'minimum', 1,
                     'maximum', c.maximum),
  format('%s is refused', c.amount)
)
from (values (0, 9007199254740991), (-1, 9007199254740991),
             (9007199254740992, 9007199254740991), (701, 700), (9007199254740991, 700))
     c (amount, maximum);

select * from finish();
rollback;
