begin;
\ir ../helpers.psql
select plan(5);

select gen_random_uuid() as profile, array[credits_tests.old_job('A', 2000)] as jobs,
       credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A') as entries
\gset
select format('credits.import_profile(%L, 0, 3500, %L, %L)', :'profile', :'jobs', :'entries')
  as call
\gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'the same call again answers the same');
select credits_tests.answer(format('credits.refund_job(%L)', credits_tests.old_id('A'))),
       credits_tests.answer(format('credits.renew_monthly(%L, now(), 800)', :'profile')),
       credits_tests.set_overdraft(:'profile', 90),
       credits_tests.job(:'profile', 5000),
       credits_tests.close(:'profile')
\gset done_
select credits_tests.replays(:'call', :'first', 'also after the buckets moved');
select credits_tests.replays(
  format('credits.import_profile(%L, 7, 7)', :'profile'), :'first', 'other arguments change nothing'
);
select credits_tests.replays(
  format('credits.import_profile(%L, null, -7, %L)', :'profile',
         array[credits_tests.old_job_with('B', '{}')]),
  :'first', 'nor does damage that was not accepted'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
