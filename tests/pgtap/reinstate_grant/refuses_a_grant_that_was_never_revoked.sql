begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset

select credits_tests.refuses(
  format('select credits.reinstate_grant(%L, %L, %L, %L)', :'profile', 'order-1', 'why', 'who'),
  'PT409', 'wrong_state', '{"state": "granted"}', 'there is nothing to undo'
);

select * from finish();
rollback;
