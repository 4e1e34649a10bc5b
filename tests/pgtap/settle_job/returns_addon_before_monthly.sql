begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, %s)',
                              credits_tests.job(credits_tests.profile(500, 5000), 2000), c.cost)),
  jsonb_build_object('monthly_deducted', c.monthly, 'addon_deducted', c.addon,
                     'monthly_refunded', 500 - c.monthly, 'addon_refunded', 1500 - c.addon,
                     'shortfall', 0),
  format('2000 settled at %s', c.cost)
)
from (values (1999, 500, 1499), (501, 500, 1), (500, 500, 0), (499, 499, 0), (1, 1, 0), (0, 0, 0))
     c (cost, monthly, addon);

select * from finish();
rollback;
