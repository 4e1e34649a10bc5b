begin;
\ir ../helpers.psql
select plan(4);

select gen_random_uuid() as profile, array[credits_tests.old_job('A', 2000, false)] as jobs,
       credits_tests.old_ledger('+500 signup: monthly credits', '+5000 addon purchase: order-1',
                                '-2000 job create: @A', '+2000 job refund: @A') as entries
\gset

select is(
  credits_tests.answer(format('credits.import_profile(%L, 2000, 3500, %L, %L)',
                              :'profile', :'jobs', :'entries')),
  jsonb_build_object(
    'profile_id', :'profile', 'credits_remaining', 2000, 'addon_credits', 3500,
    'overdraft_limit', 0, 'jobs', 1, 'entries', 4, 'seq', 1, 'replayed', false
  ),
  'it says what was imported'
);
select is(credits_tests.buckets(:'profile'), '2000 + 3500', 'the buckets are unchanged');
select is(
  credits_tests.split(credits_tests.old_id('A')), '500 + 1500 ledger',
  'the job took the monthly credits first'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
