begin;
\ir ../helpers.psql
select plan(16);

-- The buckets and packs after a job of this cost, settled at another if one is given.
create function credits_tests.after_settling(cost bigint, actual_cost bigint)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(500, 300);
  v_job uuid;
begin
  perform credits_tests.pack(v_profile, 100, '2030-02-01 00:00Z');
  perform credits_tests.pack(v_profile, 200, '2030-02-02 00:00Z', 'promo');
  v_job := credits_tests.job(v_profile, after_settling.cost);
  perform credits.settle_job(v_job, after_settling.actual_cost);
  return concat(credits_tests.buckets(v_profile), ', ', credits_tests.packs(v_profile));
end
$$;
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset

select is(
  credits_tests.after_settling(c.n, c.m), credits_tests.after_settling(c.m, c.m),
  format('n = %s, m = %s', c.n, c.m)
)
from (values (1000, 0), (1000, 1), (1000, 499), (1000, 500), (1000, 550), (1000, 600), (1000, 700),
             (1000, 800), (1000, 900), (1000, 999), (600, 550), (500, 499),
             (0, 700), (100, 600), (550, 650), (650, 1100)) c (n, m);

select * from finish();
rollback;
