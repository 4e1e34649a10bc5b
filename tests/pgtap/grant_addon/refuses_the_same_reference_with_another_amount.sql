begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1'))
  as done \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%L, %s, %L)', :'profile', c.amount, 'order-1'),
  'PT409', 'reference_conflict',
  jsonb_build_object('parameter', 'reference', 'stored', 700, 'given', c.amount),
  format('%s instead of 700 is refused', c.amount)
)
from (values (699), (701), (9007199254740991)) c (amount);

select * from finish();
rollback;
