begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 0) as profile \gset
select format('credits.grant_addon(%L, 50, %L)', :'profile', 'order-1') as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.replays(:'call', :'first', 'an earlier grant is replayed');
select credits_tests.refuses(
  format('select credits.grant_addon(%L, 50, %L)', :'profile', 'order-2'),
  'PT410', 'profile_closed', '{}', 'a new grant is refused'
);
select credits_tests.refuses(
  format('select credits.grant_addon(%L, 51, %L)', :'profile', 'order-1'),
  'PT409', 'reference_conflict', '{"parameter": "amount", "stored": 50, "given": 51}',
  'another amount is still a conflict'
);

select * from finish();
rollback;
