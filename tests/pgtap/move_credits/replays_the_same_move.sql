begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(300, 1000) as profile, credits_tests.profile(1, 2) as other \gset
select credits_tests.pack(:'profile', 100, clock_timestamp() + interval '1 day') as pack,
       credits_tests.job(:'profile', 50) as job,
       format('credits.move_credits(%L, %L, %L, %L, %L)', :'profile', :'other', 'merge-1', 'why',
              'who') as call
\gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'at once');
select credits_tests.refund(:'job') as done, credits_tests.settle(credits_tests.job(:'other', 60))
\gset x_
select credits_tests.replays(:'call', :'first', 'after something followed, and was spent');
select credits_tests.replays(
  format('credits.move_credits(%L, %L, %L, %L, %L)', :'profile', :'other', 'merge-1', 'other',
         'another'),
  :'first', 'reason and actor are not compared'
);
select credits_tests.close(:'other') as done \gset
select credits_tests.replays(:'call', :'first', 'when the other one is closed by now');

select * from finish();
rollback;
