begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
  jsonb_build_object('profile_id', :'profile', 'reference', 'order-1', 'amount', 700,
                     'previous_balance', 5500, 'new_balance', 6200, 'seq', 2, 'replayed', false),
  'the answer has the amount and the balances around it'
);
select is(credits_tests.buckets(:'profile'), '500 + 5700', 'only the addon bucket grew');

select * from finish();
rollback;
