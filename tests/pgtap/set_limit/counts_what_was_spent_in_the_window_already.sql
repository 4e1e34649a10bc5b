begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.set_time('2030-01-07 09:00Z') as now, credits_tests.profile(500, 5000) as profile
\gset
-- A Monday: a job of each sort of draw, before and after midnight.
select credits_tests.spend(:'profile', 'ann', 10) as early, credits_tests.spend(:'profile', 'ann', 20)
       as raised, credits_tests.spend(:'profile', 'bob', 5) as others
\gset
select credits_tests.set_time('2030-01-08 00:00Z') as now,
       credits_tests.spend(:'profile', 'ann', 100) as late,
       credits_tests.raise_job(:'raised', 27) as more,
       credits_tests.settle(:'early', 13) as settled
\gset
select credits_tests.spend(:'profile', 'ann', 7) as refunded \gset
select credits_tests.refund(:'refunded') as done \gset
select is(
  (select l.spent from credits_tests.limit_spender(:'profile', w.spender, w.name, 1000, w.zone) l),
  w.spent, concat_ws(' ', w.spender, w.name, w.zone)
)
from (values
  ('ann', 'day', 'UTC', 110::bigint), ('ann', 'week', 'UTC', 140), ('ann', 'month', 'UTC', 140),
  ('ann', 'total', 'UTC', 140), ('bob', 'day', 'UTC', 0), ('bob', 'week', 'UTC', 5),
  (null, 'day', 'Asia/Tokyo', 110), (null, 'week', 'America/New_York', 145)
) w (spender, name, zone, spent);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
