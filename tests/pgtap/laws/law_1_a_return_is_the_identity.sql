begin;
\ir ../helpers.psql
select plan(44);

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

-- The rows of a profile's buckets and packs, before and after a hold that is given back so.
create function credits_tests.there_and_back(cost bigint, call text)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(500, 300);
  v_before text;
begin
  perform credits_tests.pack(v_profile, 100, '2030-02-01 00:00Z', 'paid', 5);
  perform credits_tests.pack(v_profile, 200, '2030-02-02 00:00Z', 'promo', -5);
  v_before := concat(credits_tests.buckets(v_profile), ', ', credits_tests.packs(v_profile));
  perform credits_tests.set_time('2030-01-01 00:00Z');
  execute format(there_and_back.call, credits_tests.hold(v_profile, there_and_back.cost, '1 hour'));
  perform credits_tests.set_time('2030-01-01 02:00Z');
  perform credits.get_balance(v_profile);
  return concat(
    case concat(credits_tests.buckets(v_profile), ', ', credits_tests.packs(v_profile))
      when v_before then 'as before' end,
    (select ', ' || string_agg(f.rule, ' ') from credits.check_integrity(v_profile) f));
end
$$;
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset

select is(
  credits_tests.there_and_back(c.cost, k.call), 'as before', format('%s: %s', c.cost, k.call)
)
  from (values ('select credits.refund_job(%L)'), ('select credits.rollback_reservation(%L)'),
               ('select credits.settle_job(%L, 0)'), ('select credits.explain_job(%L)')) k (call),
       (values (1), (500), (501), (650), (750), (900), (1100)) c (cost);

select * from finish();
rollback;
