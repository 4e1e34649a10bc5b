begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.set_time('2030-01-09 10:00Z') as now, credits_tests.profile(0, 500) as profile
\gset
select format('credits.set_limit(%L, ''ann'', ''day'', 60, ''why'', ''who'')', :'profile') as call,
       format('credits.set_limit(%L, ''ann'', ''day'', null, ''why'', ''who'')', :'profile') as none
\gset
select credits_tests.replays(
  :'none',
  jsonb_build_object(
    'profile_id', :'profile', 'spender', 'ann', 'window_name', 'day', 'amount', null, 'spent', null,
    'remaining', null, 'window_start', null, 'resets_at', null, 'time_zone', null
  ),
  'nobody has a limit at the beginning'
);
select credits_tests.answer(:'call') as first \gset
select credits_tests.replays(:'call', :'first', 'at once');
select credits_tests.spend(:'profile', 'ann', 7) as job \gset
select credits_tests.replays(
  :'call', :'first'::jsonb || '{"spent": 7, "remaining": 53}', 'later, as it is then'
);
select credits_tests.set_time('2030-01-10 10:00Z') as now \gset
select credits_tests.replays(
  :'call',
  :'first'::jsonb || '{"window_start": "2030-01-10T00:00:00+00:00",
                       "resets_at": "2030-01-11T00:00:00+00:00"}',
  'on another day'
);
select credits_tests.close(:'profile') as done \gset
select credits_tests.shows(
  credits_tests.answer(:'call'), '{"replayed": true, "amount": 60}', 'when the profile is closed'
);
select credits_tests.refuses(
  'select ' || :'none', 'PT410', 'profile_closed', '{}', 'which takes no other'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
