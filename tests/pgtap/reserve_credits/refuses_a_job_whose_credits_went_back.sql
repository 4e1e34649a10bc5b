begin;
\ir ../helpers.psql
select plan(16);

-- Jobs and free jobs that ended in every way in which credits go back.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 9000) as profile
\gset
create temporary table job as
select c.*, credits_tests.hold(:'profile', c.cost, '1 hour') as id
  from (values
    ('refunded', 'refunded', 1000), ('in parts', 'refunded', 1000), ('settled', 'refunded', 1000),
    ('rolled back', 'rolled_back', 1000), ('expired', 'expired', 1000),
    ('free, refunded', 'refunded', 0), ('free, rolled back', 'rolled_back', 0),
    ('free, expired', 'expired', 0)
  ) c (name, state, cost);
select count(credits_tests.refund(j.id, 400, 'part-1')) from job j where j.name = 'in parts' \gset
select count(credits_tests.refund(j.id, 600, 'part-2')) from job j where j.name = 'in parts' \gset
select count(credits_tests.settle(j.id, 700)) from job j where j.name = 'settled' \gset
select count(credits_tests.refund(j.id)) from job j
 where j.name in ('refunded', 'settled', 'free, refunded')
\gset
select count(credits_tests.roll_back(j.id)) from job j where j.state = 'rolled_back' \gset
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset

-- Nobody has processed the holds that are overdue by now: the call does, and its refusal undoes it.
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, %s)', :'profile', j.id, j.cost),
  'PT409', 'wrong_state', jsonb_build_object('state', j.state),
  format('%s: nothing is held any more', j.name)
)
from job j;
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, %s)', c.profile_id, j.id, c.cost),
  'PT409', 'job_conflict', '{}', format('%s: it is another job %s', j.name, c.description)
)
from job j,
     lateral (values
       (:'profile'::uuid, j.cost + 1, 'at another cost'),
       (credits_tests.profile(0, 9000), j.cost, 'for another profile')
     ) c (profile_id, cost, description)
where j.name in ('refunded', 'expired');

-- After they were processed, and after the profile was closed.
select credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
       credits_tests.close(:'profile')
\gset done_
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, %s, hold_for => %L)',
         :'profile', j.id, j.cost, '1 hour'),
  'PT409', 'wrong_state', jsonb_build_object('state', j.state),
  format('%s: of a closed profile', j.name)
)
from job j
where j.name in ('expired', 'refunded', 'free, expired');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
