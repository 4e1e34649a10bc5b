begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.grant_addon(%L, 700, %L)', :'profile', c.reference),
  'PT400', 'invalid_reference',
  jsonb_build_object('parameter', 'reference', 'length', length(c.reference), 'maximum', 255),
  c.description
)
from (values
  ('', 'an empty reference is refused'),
  (' ', 'a space is refused'),
  (e' \t\r\n ', 'white space of other kinds is refused'),
  (repeat('x', 256), '256 characters are refused'),
  (repeat('x', 100000), 'a whole page is refused')
) c (reference, description);

select * from finish();
rollback;
