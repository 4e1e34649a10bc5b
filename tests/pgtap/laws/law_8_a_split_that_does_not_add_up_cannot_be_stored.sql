begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select throws_ok(
  format('update credits.jobs j set %s where j.id = %L', c.change, :'job'),
  '23514', null, c.change
)
from (values
  ('monthly_deducted = 501'),
  ('addon_deducted = 1499'),
  ('reserved_cost = 2001'),
  ('monthly_deducted = 0, addon_deducted = 0')
) c (change);

select * from finish();
rollback;
