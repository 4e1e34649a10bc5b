begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 10, %L)', :'profile', c.reference)),
  jsonb_build_object('reference', c.reference, 'amount', 10, 'replayed', false),
  c.description
)
from (values
  (repeat('x', 255), '255 letters'),
  (repeat('ß', 255), '255 letters of two bytes each'),
  ('x', 'one letter')
) c (reference, description);

select * from finish();
rollback;
