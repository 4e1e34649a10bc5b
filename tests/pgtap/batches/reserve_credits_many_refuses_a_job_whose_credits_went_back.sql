begin;
\ir ../helpers.psql
select plan(7);

-- Of the second profile a hold is overdue, so that all of its elements are made one by one.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as plain, credits_tests.profile(0, 1000) as late
\gset
create temporary table job as
select p.id as profile_id, c.name, credits_tests.hold(p.id, c.cost, '2 hours') as id, c.cost
  from (values (:'plain'::uuid), (:'late')) p (id),
       (values ('refunded', 10), ('rolled back', 10), ('free', 0), ('in part', 10), ('settled', 10))
         c (name, cost);
insert into job
select :'late', 'expired', credits_tests.hold(:'late', 10, '1 hour'), 10;
select count(credits_tests.refund(j.id)) from job j where j.name in ('refunded', 'free') \gset
select count(credits_tests.roll_back(j.id)) from job j where j.name = 'rolled back' \gset
select count(credits_tests.refund(j.id, 3, 'part-1')) from job j where j.name = 'in part' \gset
select count(credits_tests.settle(j.id, 5)) from job j where j.name = 'settled' \gset
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset

-- Each known job between two new ones.
create temporary table batch as
select p.id as profile_id,
       (select jsonb_agg(jsonb_build_object('profile_id', p.id, 'job_id', e.job_id, 'cost', e.cost)
                         order by e.name, e.place)
          from (select j.name, c.*
                  from job j,
                       lateral (values (1, gen_random_uuid(), 20), (2, j.id, j.cost))
                         c (place, job_id, cost)
                 where j.profile_id = p.id) e) as elements
  from (values (:'plain'::uuid), (:'late')) p (id);
create temporary table answer as
select b.profile_id, a.answer,
       row_number() over (partition by b.profile_id order by a.answer -> 'position') as place
  from batch b, lateral credits_tests.answers('reserve_credits_many', b.elements) a (answer);

select is(
  (select string_agg(coalesce(a.answer #>> '{error, details, state}',
                              a.answer #>> '{reservation, state}'), ' ' order by a.place)
     from answer a
    where a.profile_id = c.profile_id),
  c.states,
  format('%s: each answer says the state', c.name)
)
from (values
  ('made together', :'plain'::uuid,
   'reserved refunded reserved reserved reserved refunded reserved rolled_back reserved settled'),
  ('one by one', :'late',
   'reserved expired reserved refunded reserved reserved reserved refunded reserved rolled_back '
   'reserved settled')
) c (name, profile_id, states);
select is(
  (select jsonb_agg(distinct a.answer -> 'error') from answer a
    where a.answer #>> '{error, details, state}' = 'refunded'),
  '[{"code": "PT409", "message": "wrong_state", "details": {"state": "refunded"},
     "hint": "The credits of this job went back, so that nothing is held for it: do not run it. '
  'To run it again, reserve it under a new job id."}]',
  'the error is what the single call raises'
);
select is(
  (select array_agg(p.addon_credits order by p.addon_credits desc)
     from credits.profiles p
    where p.id in (:'plain', :'late')),
  array[1000 - 7 - 5 - 5 * 20, 1000 - 7 - 5 - 6 * 20]::bigint[],
  'a refused element takes nothing, and does not disturb the others'
);
select is(
  (select string_agg(distinct a.answer #>> '{reservation, replayed}', ' ')
     from answer a
    where a.place % 2 = 0),
  'true',
  'the others are replays'
);
select credits_tests.sound(b.profile_id) from batch b;

select * from finish();
rollback;
