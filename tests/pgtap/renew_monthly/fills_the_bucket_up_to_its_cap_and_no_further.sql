begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, 9007199254740992 - %s, %s)',
         :'profile', '2030-02-01 00:00Z', c.carried, c.cap),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'allowance', 'value', 9007199254740992 - c.carried,
                     'minimum', 0, 'maximum', 9007199254740991 - c.carried),
  format('%s carried', c.carried)
)
from (values (300, 300), (500, 9007199254740991)) c (carried, cap);
select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 9007199254740691, 300)',
                              :'profile', '2030-02-01 00:00Z')),
  '{"carried": 300, "new_balance": 9007199254745991}', 'exactly the cap is accepted'
);

select * from finish();
rollback;
