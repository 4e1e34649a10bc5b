begin;
\ir ../helpers.psql
select plan(29);

select results_eq(
  format('select s.monthly, s.addon, s.shortfall from credits._split_deduction(%s, %s, %s, %s, 0) s',
         c.credits_remaining, c.addon_credits, c.overdraft_limit, c.cost),
  format('values (%s::bigint, %s::bigint, %s::bigint)', c.monthly, c.addon, c.shortfall),
  format('%s of %s + %s, overdraft %s',
         c.cost, c.credits_remaining, c.addon_credits, c.overdraft_limit)
)
from (values
  (2000, 5000, 0, 1500, 1500, 0, 0),
  (500, 5000, 0, 2000, 500, 1500, 0),
  (0, 10000, 0, 3000, 0, 3000, 0),
  (1000, 2000, 0, 1500, 1000, 500, 0),
  (500, 5000, 0, 0, 0, 0, 0),
  (500, 5000, 0, 499, 499, 0, 0),
  (500, 5000, 0, 500, 500, 0, 0),
  (500, 5000, 0, 501, 500, 1, 0),
  (500, 5000, 0, 5500, 500, 5000, 0),
  (500, 5000, 0, 5501, 500, 5000, 1),
  (500, 0, 0, 501, 500, 0, 1),
  (0, 0, 0, 0, 0, 0, 0),
  (0, 0, 0, 7, 0, 0, 7),
  (500, 1000, 300, 1800, 500, 1300, 0),
  (500, 1000, 300, 1801, 500, 1300, 1),
  (0, -100, 300, 200, 0, 200, 0),
  (0, -100, 300, 201, 0, 200, 1),
  (0, -300, 300, 0, 0, 0, 0),
  (0, -300, 300, 1, 0, 0, 1),
  (9007199254740991, 9007199254740991, 9007199254740991, 9007199254740991,
   9007199254740991, 0, 0)
) c (credits_remaining, addon_credits, overdraft_limit, cost, monthly, addon, shortfall);

select results_eq(
  format('select s.monthly, s.addon, s.shortfall
            from credits._split_deduction(%s, %s, %s, %s, %s) s',
         c.credits_remaining, c.addon_credits, c.overdraft_limit, c.cost, c.early),
  format('values (%s::bigint, %s::bigint, %s::bigint)', c.monthly, c.addon, c.shortfall),
  format('%s of %s + %s, %s of them early, overdraft %s',
         c.cost, c.credits_remaining, c.addon_credits, c.early, c.overdraft_limit)
)
from (values
  (500, 1000, 0, 300, 300, 0, 300, 0),
  (500, 1000, 0, 301, 300, 1, 300, 0),
  (500, 1000, 0, 299, 300, 0, 299, 0),
  (500, 1000, 0, 800, 300, 500, 300, 0),
  (500, 1000, 0, 801, 300, 500, 301, 0),
  (500, 1000, 0, 1501, 300, 500, 1000, 1),
  (500, -20, 100, 90, 80, 10, 80, 0),
  (500, -20, 100, 600, 80, 500, 80, 20),
  (0, 300, 0, 0, 300, 0, 0, 0)
) c (credits_remaining, addon_credits, overdraft_limit, cost, early, monthly, addon, shortfall);

select * from finish();
rollback;
