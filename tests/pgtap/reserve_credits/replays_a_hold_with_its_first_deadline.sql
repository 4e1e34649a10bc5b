begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now, gen_random_uuid() as job,
       credits_tests.profile(500, 5000) as profile
\gset
select format('credits.reserve_credits(%L, %L, 2000, hold_for => %L)', :'profile', :'job', '1 hour')
         as call,
       format('credits.reserve_credits(%L, %L, 2000)', :'profile', :'job') as without_hold,
       format('credits.reserve_credits(%L, %L, 2000, hold_for => %L)', :'profile', :'job', '1 day')
         as longer
\gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.set_time('2030-01-01 00:30Z') as later \gset

select credits_tests.replays(:'call', :'first', 'the same call');
select credits_tests.replays(:'without_hold', :'first', 'without hold_for, which is not compared');
select credits_tests.replays(:'longer', :'first', 'with another hold_for');
select credits_tests.answer(format('credits.extend_hold(%L, %L)', :'job', '5 hours')) as done \gset
select credits_tests.replays(:'call', :'first', 'after the hold was extended');

select * from finish();
rollback;
