begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.set_overdraft(:'profile', 100) as done,
       credits_tests.job(:'profile', 50) as job
\gset
select credits_tests.pack(:'profile', 30, '2999-02-01Z') as pack,
       credits.close_profile(:'profile', 'why', 'who') as closed
\gset
select throws_ok(
  format('select credits.move_credits(%L, %L, ''merge'', ''why'', ''who'')', :'profile', :'other'),
  'PT409', 'wrong_state', 'a debt is not moved'
);
select throws_ok(
  format('select credits.adjust_credits(%L, ''more'', 0, 51, ''why'', ''who'')', :'profile'),
  'PT410', 'profile_closed', 'a closed profile takes no credits'
);
select throws_ok(
  format('select credits.adjust_credits(%L, ''more'', 1, 49, ''why'', ''who'')', :'profile'),
  'PT410', 'profile_closed', 'nor monthly ones'
);
select throws_ok(
  format('select credits.adjust_credits(%L, ''other bucket'', 1, -1, ''why'', ''who'')', :'profile'),
  'PT410', 'profile_closed', 'nor instead of others'
);
select lives_ok(
  format('select credits.adjust_credits(%L, ''debt'', 0, 50, ''why'', ''who'')', :'profile'),
  'except what pays its debt'
);
select throws_ok(
  format('select credits.adjust_credits(%L, ''more'', 0, 1, ''why'', ''who'')', :'profile'),
  'PT410', 'profile_closed', 'and no more'
);
select lives_ok(
  format('select credits.move_credits(%L, %L, ''merge'', ''why'', ''who'')', :'profile', :'other'),
  'then it is moved'
);
select is(credits_tests.buckets(:'other'), '0 + 30', 'with its pack');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
