begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%L, 700, %L, reason => %L)', :'profile', 'order-1', c.reason),
  'PT400', 'invalid_reference',
  jsonb_build_object('parameter', 'reason', 'length', length(c.reason), 'maximum', 255),
  c.description
)
from (values
  ('', 'an empty reason is refused'),
  (e' \n', 'white space is refused'),
  (repeat('x', 256), '256 characters are refused')
) c (reason, description);

select * from finish();
rollback;
