begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, 9007199254735992 - %s, %s)',
         :'profile', '2020-02-01 00:00Z', c.carried, c.cap),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'allowance', 'value', 9007199254735992 - c.carried,
                     'minimum', 0, 'maximum', 9007199254735991 - c.carried),
  format('%s carried', c.carried)
)
from (values (300, 300), (500, 9007199254740991)) c (carried, cap);
select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 9007199254735691, 300)',
                              :'profile', '2020-02-01 00:00Z')),
  '{"carried": 300, "new_balance": 9007199254740991}', 'exactly the cap is accepted'
);

-- A profile that a refund filled above the cap.
select credits_tests.profile(0, 9007199254740991) as profile \gset
select credits_tests.job(:'profile', 1000) as job \gset
select credits_tests.grant_credits(:'profile', 1000, 'order-1'), credits_tests.refund(:'job') as done
\gset
select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, 1)', :'profile', '2020-02-01 00:00Z'),
  'PT400', 'invalid_amount',
  '{"parameter": "allowance", "value": 1, "minimum": 0, "maximum": 0}', 'it takes nothing'
);
select matches(
  credits_tests.hint(format('select credits.renew_monthly(%L, %L, 1)', :'profile',
                            '2020-02-01 00:00Z')),
  '^The profile is too full: .* fits here now is 0', 'it says so'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 0)', :'profile', '2020-02-01 00:00Z')),
  '{"new_balance": 9007199254741991}', 'but its months go on'
);

select * from finish();
rollback;
