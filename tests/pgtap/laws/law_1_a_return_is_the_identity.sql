begin;
\ir ../helpers.psql
select plan(16);

-- The buckets before, between and after a reservation that is given back by this call.
create function credits_tests.there_and_back(monthly bigint, addon bigint, cost bigint, call text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(there_and_back.monthly, there_and_back.addon);
  v_job uuid := credits_tests.job(v_profile, there_and_back.cost);
  v_between text := credits_tests.buckets(v_profile);
begin
  perform credits_tests.answer(format(there_and_back.call, v_job));
  return concat(v_between, ' > ', credits_tests.buckets(v_profile));
end
$$;

select is(
  credits_tests.there_and_back(c.monthly, c.addon, c.cost, f.call),
  format('%s > %s + %s', c.between, c.monthly, c.addon),
  format('%s of %s + %s, %s', c.cost, c.monthly, c.addon, f.call)
)
from (values ('credits.refund_job(%L)'), ('credits.rollback_reservation(%L)')) f (call),
     (values
       (2000, 5000, 1500, '500 + 5000'),
       (500, 5000, 2000, '0 + 3500'),
       (0, 10000, 3000, '0 + 7000'),
       (1000, 2000, 1500, '0 + 1500'),
       (500, 5000, 500, '0 + 5000'),
       (500, 5000, 501, '0 + 4999'),
       (500, 5000, 5500, '0 + 0'),
       (500, 5000, 0, '500 + 5000')
     ) c (monthly, addon, cost, between);

select * from finish();
rollback;
