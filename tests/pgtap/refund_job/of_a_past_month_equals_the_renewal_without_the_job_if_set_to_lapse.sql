begin;
\ir ../helpers.psql
select plan(13);

update credits.settings s set closed_period_refund = 'lapse';

-- The buckets after these two periods with or without a job that is given back in the end.
create function credits_tests.two_months_later(
  unused bigint, first_cap bigint, second_cap bigint, cost bigint
)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(two_months_later.unused, 0);
  v_job uuid := credits_tests.job(v_profile, two_months_later.cost);
begin
  perform credits.renew_monthly(v_profile, '2020-02-01 00:00Z', 100, two_months_later.first_cap);
  perform credits.renew_monthly(v_profile, '2020-03-01 00:00Z', 100, two_months_later.second_cap);
  perform credits.refund_job(v_job);
  return credits_tests.buckets(v_profile);
end
$$;

select is(
  credits_tests.two_months_later(500, c.first_cap, c.second_cap, c.cost),
  credits_tests.two_months_later(500, c.first_cap, c.second_cap, 0),
  format('caps of %s and %s, a job of %s', c.first_cap, c.second_cap, c.cost)
)
from (values (0, 0, 500), (1000, 1000, 500), (1000, 1000, 200), (300, 1000, 500), (300, 1000, 200),
             (1000, 300, 500), (1000, 300, 200), (300, 350, 500), (300, 350, 350), (300, 0, 500),
             (0, 300, 500), (50, 120, 499), (50, 120, 1)) c (first_cap, second_cap, cost);

select * from finish();
rollback;
