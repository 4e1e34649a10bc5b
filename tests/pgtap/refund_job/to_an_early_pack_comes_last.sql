begin;
\ir ../helpers.psql
select plan(16);

-- A profile of 10 early, 10 monthly, 10 in a later pack and 10 that never expire.
create function credits_tests.rich()
returns uuid
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(10, 10);
begin
  perform credits_tests.pack(v_profile, 10, '2030-02-01 00:00Z', 'paid', -1, 'early');
  perform credits_tests.pack(v_profile, 10, '2030-03-01 00:00Z', 'paid', 0, 'late');
  return v_profile;
end
$$;
create function credits_tests.told(profile_id uuid)
returns text
language sql
as $$
  select concat_ws(', ', credits_tests.buckets(told.profile_id), credits_tests.packs(told.profile_id))
$$;

select credits_tests.set_time('2030-01-01 00:00Z') as now, credits_tests.rich() as profile \gset
select credits_tests.job(:'profile', 35) as job \gset
select is(credits_tests.told(:'profile'), '0 + 5, 0 0', 'drawn');
select is(
  credits_tests.refund(:'job', c.amount, c.description) is not null
    and credits_tests.told(:'profile') = c.told,
  true, c.description
)
from (values
  (4, '0 + 9, 0 0', 'what never expires comes back first'),
  (3, '0 + 12, 0 2', 'then the later pack'),
  (9, '1 + 20, 0 10', 'then the month'),
  (8, '9 + 20, 0 10', 'all of it'),
  (3, '10 + 22, 2 10', 'then the early pack')
) c (amount, told, description);
select is(credits_tests.refund(:'job') is not null and credits_tests.told(:'profile') = '10 + 30, 10 10',
          true, 'the rest');
select credits_tests.sound(:'profile');

select credits_tests.rich() as settled, credits_tests.rich() as grown \gset
select credits_tests.settle(credits_tests.job(:'settled', 25), 12) as less,
       credits_tests.job(:'grown', 4) as more
\gset
select is(credits_tests.told(:'settled'), '8 + 20, 0 10', 'a settlement for less keeps early credits');
select is(credits_tests.refund(:'less', 3, 'part') is not null
            and credits_tests.told(:'settled') = '10 + 21, 1 10',
          true, 'and gives them back last');
select is(credits_tests.settle(:'more', 25) is not null
            and credits_tests.told(:'grown') = '0 + 15, 0 5',
          true, 'a settlement for more draws early packs first as well');
select is(credits_tests.refund(:'more', 16, 'part') is not null
            and credits_tests.told(:'grown') = '10 + 21, 1 10',
          true, 'and its draw comes back in its own order');
-- An early pack that is granted between two draws is of the second one alone.
select credits_tests.profile(5, 5) as raised, credits_tests.profile(5, 5) as settled_later \gset
select credits_tests.job(:'raised', 10) as first, credits_tests.job(:'settled_later', 10) as second
\gset
select credits_tests.pack(:'raised', 5, '2030-02-01 00:00Z', 'paid', -1, 'early'),
       credits_tests.pack(:'settled_later', 5, '2030-02-01 00:00Z', 'paid', -1, 'early'),
       credits_tests.raise_job(:'first', 15), credits_tests.settle(:'second', 15),
       credits_tests.refund(:'first', 12, 'part'), credits_tests.refund(:'second', 12, 'part')
\gset done_
select is(credits_tests.told(:'raised'), '2 + 10, 5', 'a raise gives it back first');
select is(credits_tests.told(:'settled_later'), '2 + 10, 5', 'so does a settlement');
select credits_tests.sound(:'settled');
select credits_tests.sound(:'grown');

select * from finish();
rollback;
