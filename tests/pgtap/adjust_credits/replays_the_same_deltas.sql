begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.adjust_credits(%L, %L, -500, 300, %L, %L)',
              :'profile', 'ticket-7', 'goodwill', 'ann') as call,
       format('credits.adjust_credits(%L, %L, -500, 300, %L, %L)',
              :'profile', 'ticket-7', 'other', 'bob') as otherwise
\gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'even when the bucket is empty by now');
select credits_tests.job(:'profile', 7) as job \gset
select credits_tests.replays(:'otherwise', :'first', 'reason and actor are not compared');
select credits_tests.close(:'profile') as done \gset
select credits_tests.replays(:'call', :'first', 'when the profile is closed');

select * from finish();
rollback;
