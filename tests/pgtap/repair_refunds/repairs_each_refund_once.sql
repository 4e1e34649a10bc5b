begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported_story() as profile \gset
select format('credits.repair_refunds(%L, %L, %L)', :'profile', 'why', 'who') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'the same call again answers the same');
select credits_tests.job(:'profile', 3000),
       credits_tests.answer(format('credits.renew_monthly(%L, now(), 800)', :'profile')),
       credits_tests.close(:'profile')
\gset done_
select credits_tests.replays(:'call', :'first', 'even after other calls');
select credits_tests.replays(
  format('credits.repair_refunds(%L, %L, %L)', :'profile', 'another reason', 'somebody else'),
  :'first', 'even for another reason'
);
select credits_tests.replays(
  format('credits.repair_refunds(%L, %L, %L, true)', :'profile', 'why', 'who'),
  :'first', 'for a dry run, too'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
