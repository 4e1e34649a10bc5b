begin;
\ir ../helpers.psql
select plan(14);

-- The buckets after a job of this cost, of which an amount is given back.
create function credits_tests.after_job(
  monthly bigint, addon bigint, overdraft_limit bigint, cost bigint, amount bigint
)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.allow_overdraft(
    credits_tests.profile(after_job.monthly, after_job.addon), after_job.overdraft_limit);
  v_job uuid := credits_tests.job(v_profile, after_job.cost);
begin
  if after_job.amount > 0 then
    perform credits.refund_job(v_job, after_job.amount, 'part-1');
  end if;
  return credits_tests.buckets(v_profile);
end
$$;

select is(
  credits_tests.after_job(c.monthly, c.addon, c.overdraft_limit, c.n, c.k),
  credits_tests.after_job(c.monthly, c.addon, c.overdraft_limit, c.n - c.k, 0),
  format('n = %s, k = %s of %s + %s', c.n, c.k, c.monthly, c.addon)
)
from (values
  (500, 5000, 0, 2000, 1),
  (500, 5000, 0, 2000, 1499),
  (500, 5000, 0, 2000, 1500),
  (500, 5000, 0, 2000, 1501),
  (500, 5000, 0, 2000, 1999),
  (500, 5000, 0, 2000, 2000),
  (2000, 5000, 0, 1500, 700),
  (0, 10000, 0, 3000, 700),
  (1000, 0, 0, 1000, 1),
  (500, 5000, 0, 5500, 5250),
  (500, 1000, 300, 1800, 200),
  (500, 1000, 300, 1800, 1400),
  (9007199254740991, 9007199254740991, 0, 9007199254740991, 9007199254740990),
  (1, 9007199254740991, 0, 9007199254740991, 9007199254740990)
) c (monthly, addon, overdraft_limit, n, k);

select * from finish();
rollback;
