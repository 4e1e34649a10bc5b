begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(0, 100) as a, credits_tests.profile(0, 100) as b,
       credits_tests.profile(0, 100) as c
\gset
select credits_tests.job(:'a', 40) as job, credits_tests.job(:'b', 30) as other_job \gset
select credits_tests.move(:'a', :'b') as done \gset
select credits_tests.refuses(
  format('select credits.move_credits(%L, %L, %L, %L, %L)', :'b', :'a', 'm', 'why', 'who'),
  'PT410', 'profile_closed', '{}', 'there is no way back'
);
select credits_tests.move(:'b', :'c') as done \gset
select is(credits_tests.buckets(:'c'), '0 + 230', 'the last one has all');
select credits_tests.refund(:'job') as done \gset
select is(credits_tests.buckets(:'c'), '0 + 270', 'what comes back to the first goes all the way');
select is(
  credits_tests.outcomes('refund_job_many', jsonb_build_array(
    jsonb_build_object('job_id', :'other_job'), jsonb_build_object('job_id', :'job'))),
  'done, replayed', 'in a batch as well'
);
select is(credits_tests.buckets(:'c'), '0 + 300', 'to the last one');
select is(
  concat(credits_tests.buckets(:'a'), ', ', credits_tests.buckets(:'b')), '0 + 0, 0 + 0',
  'nothing stays on the way'
);
select credits_tests.sound(null, 'all books are sound');

select * from finish();
rollback;
