begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(300, 1000) as profile \gset

select credits_tests.refuses(
  format('select credits.move_credits(' || c.arguments || ', ''a'', ''why'', ''who'')',
         :'profile'),
  'PT404', 'profile_not_found', '{}', c.what
)
from (values
  ('gen_random_uuid(), %L', 'nobody opened the one'),
  ('%L, gen_random_uuid()', 'nobody opened the other')
) c (arguments, what);

select * from finish();
rollback;
