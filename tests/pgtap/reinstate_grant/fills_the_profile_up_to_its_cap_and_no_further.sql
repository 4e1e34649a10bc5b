begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(9007199254740000, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 900, 'order-1') as done \gset
select credits.revoke_grant(:'profile', 'order-1', 'dispute-1', null, 'why', 'who') as done \gset
select credits_tests.grant_credits(:'profile', 92, 'order-2') as done \gset
select credits_tests.refuses(
  format('select credits.reinstate_grant(%L, %L, %L, %L, %L)', :'profile', 'order-1', 'dispute-1',
         'why', 'who'),
  'PT400', 'invalid_amount',
  '{"parameter": "revocation_id", "value": 900, "minimum": 0, "maximum": 899}',
  'one credit more than fits'
);
select matches(
  credits_tests.hint(format('select credits.reinstate_grant(%L, %L, %L, %L, %L)', :'profile',
                            'order-1', 'dispute-1', 'why', 'who')),
  '^The profile is too full: .* 9007199254740991 credits\. .* fits here now is 899',
  'it says what is full, as no argument is wrong'
);
select credits_tests.job(:'profile', 1) as job \gset
select credits_tests.shows(
  credits_tests.answer(
    format('credits.reinstate_grant(%L, %L, %L, %L, %L)', :'profile', 'order-1', 'dispute-1',
         'why', 'who')),
  '{"new_balance": 9007199254740991}', 'once there is room, it comes back'
);

select * from finish();
rollback;
