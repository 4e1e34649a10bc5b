begin;
\ir ../helpers.psql
select plan(26);

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
  (9007199254740991, 0, 0, 9007199254740991, 9007199254740990),
  (1, 9007199254740990, 0, 9007199254740991, 9007199254740990)
) c (monthly, addon, overdraft_limit, n, k);

-- The buckets and packs after a job of this cost, of which an amount is given back.
create function credits_tests.after_job(cost bigint, amount bigint)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(500, 300);
  v_job uuid;
begin
  perform credits_tests.pack(v_profile, 100, '2030-02-01 00:00Z');
  perform credits_tests.pack(v_profile, 200, '2030-02-02 00:00Z', 'promo');
  v_job := credits_tests.job(v_profile, after_job.cost);
  if after_job.amount > 0 then
    perform credits.refund_job(v_job, after_job.amount, 'part-1');
  end if;
  return concat(credits_tests.buckets(v_profile), ', ', credits_tests.packs(v_profile));
end
$$;
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset

select is(
  credits_tests.after_job(1000, k), credits_tests.after_job(1000 - k, 0),
  format('n = 1000, k = %s', k)
)
from unnest(array[1, 199, 200, 201, 399, 400, 401, 499, 500, 501, 999, 1000]) k;

select * from finish();
rollback;
