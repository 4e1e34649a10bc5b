begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select throws_ok(
  format('update credits.jobs j set %s where j.id = %L', c.change, :'job'),
  '23514', null, c.description
)
from (values
  ('monthly_refunded = 501', 'more than the monthly bucket gave'),
  ('addon_refunded = 1501', 'more than the addon bucket gave'),
  ('monthly_refunded = 1999', 'bought credits turned into monthly ones, in part'),
  ($$ monthly_refunded = 2000, state = 'refunded', closing_seq = 2, finished_at = now() $$,
   'bought credits turned into monthly ones, all of them'),
  ('monthly_refunded = -1', 'a refund below zero')
) c (change, description);

select * from finish();
rollback;
