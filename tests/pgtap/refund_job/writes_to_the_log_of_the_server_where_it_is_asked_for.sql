begin;
\ir ../helpers.psql
select plan(2);

-- What is written there is looked at in tests/client/test_server_log.py: here, that all goes well.
set local credits.log_returns = on;
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as whole, credits_tests.job(:'profile', 10) as part,
       credits_tests.job(:'profile', 20) as never, credits_tests.job(:'profile', 30) as batch,
       credits_tests.hold(:'profile', 40, '1 hour') as hold
\gset
select credits.refund_job(:'whole') as whole, credits.refund_job(:'part', 4, 'a part') as part,
       credits.rollback_reservation(:'never') as never,
       (select count(*) from credits.refund_job_many(
          jsonb_build_array(jsonb_build_object('job_id', :'batch'),
                            jsonb_build_object('job_id', :'part')))) as batch,
       credits_tests.set_time(clock_timestamp() + interval '2 hours') as later,
       (select count(*) from credits.expire_holds()) as hold
\gset done_
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'all of it came back');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
