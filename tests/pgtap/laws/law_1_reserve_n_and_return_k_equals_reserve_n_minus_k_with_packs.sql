begin;
\ir ../helpers.psql
select plan(12);

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
