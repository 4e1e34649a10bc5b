begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(0, 10000) as profile \gset

select gen_random_uuid() as refunded, gen_random_uuid() as rolled_back,
       gen_random_uuid() as settled, gen_random_uuid() as expired, gen_random_uuid() as in_part
\gset
select format('credits.reserve_credits(%L, %L, 1000)', :'profile', :'refunded') as call_refunded,
       format('credits.reserve_credits(%L, %L, 1000)', :'profile', :'rolled_back')
         as call_rolled_back,
       format('credits.reserve_credits(%L, %L, 1000)', :'profile', :'settled') as call_settled,
       format('credits.reserve_credits(%L, %L, 1000, hold_for => %L)',
              :'profile', :'expired', '1 hour') as call_expired,
       format('credits.reserve_credits(%L, %L, 1000)', :'profile', :'in_part') as call_in_part
\gset
select credits_tests.answer(:'call_refunded') as first_refunded,
       credits_tests.answer(:'call_rolled_back') as first_rolled_back,
       credits_tests.answer(:'call_settled') as first_settled,
       credits_tests.answer(:'call_expired') as first_expired,
       credits_tests.answer(:'call_in_part') as first_in_part
\gset
select credits_tests.refund(:'refunded'),
       credits_tests.roll_back(:'rolled_back'),
       credits_tests.settle(:'settled'),
       credits_tests.expire(:'expired'),
       credits_tests.refund(:'in_part', 300, 'part-1')
\gset done_

select credits_tests.replays(:'call_refunded', :'first_refunded', 'a refunded job');
select credits_tests.replays(:'call_rolled_back', :'first_rolled_back', 'a rolled back job');
select credits_tests.replays(:'call_settled', :'first_settled', 'a settled job');
select credits_tests.replays(:'call_expired', :'first_expired', 'an expired job');
select credits_tests.replays(:'call_in_part', :'first_in_part', 'a job refunded in part');

select credits_tests.profile(1000, 500) as profile, gen_random_uuid() as job \gset
select format('credits.reserve_credits(%L, %L, 1200)', :'profile', :'job') as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.settle(:'job', 300) \gset done_

select credits_tests.replays(:'call', :'first', 'a job that settled for less');

select * from finish();
rollback;
