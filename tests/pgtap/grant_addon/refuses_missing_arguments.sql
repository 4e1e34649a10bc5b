begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%L, %L, %L)', c.profile, c.amount, c.reference),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values
  ('profile_id', null, 700, 'order-1'),
  ('amount', :'profile', null, 'order-1'),
  ('reference', :'profile', 700, null)
) c (parameter, profile, amount, reference);

select * from finish();
rollback;
