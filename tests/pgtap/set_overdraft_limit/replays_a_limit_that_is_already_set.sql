begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.set_overdraft_limit(%L, 60, %L, %L)', :'profile', 'trusted', 'ann') as call
\gset
select credits_tests.replays(
  format('credits.set_overdraft_limit(%L, 0, %L, %L)', :'profile', 'why', 'who'),
  jsonb_build_object(
    'profile_id', :'profile', 'credits_remaining', 500, 'addon_credits', 5000,
    'available', 5500, 'held', null, 'posted', null, 'seq', 1
  ),
  '0 is where every profile begins'
);
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'at once');
select credits_tests.job(:'profile', 7) as job \gset
select credits_tests.replays(
  :'call',
  :'first'::jsonb || '{"credits_remaining": 493, "available": 5493, "seq": 3}',
  'later, with the present balance'
);
select credits_tests.close(:'profile') as done \gset
select credits_tests.shows(
  credits_tests.answer(:'call'), '{"replayed": true, "seq": 4}', 'when the profile is closed'
);

select * from finish();
rollback;
