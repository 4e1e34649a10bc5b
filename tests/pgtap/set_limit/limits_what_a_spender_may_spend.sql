begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.set_time('2030-01-09 10:00Z') as now, credits_tests.profile(500, 5000) as profile
\gset
select is(
  credits_tests.answer(
    format('credits.set_limit(%L, ''ann'', ''day'', 100, ''agreed'', ''bob'', ''Europe/Berlin'')',
           :'profile')),
  jsonb_build_object(
    'profile_id', :'profile', 'spender', 'ann', 'window_name', 'day', 'amount', 100, 'spent', 0,
    'remaining', 100, 'window_start', '2030-01-08T23:00:00+00:00',
    'resets_at', '2030-01-09T23:00:00+00:00', 'time_zone', 'Europe/Berlin', 'replayed', false
  ),
  'the limit as it is now'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 2, 'kind', 'adjust', 'job_id', null, 'monthly_delta', 0,
    'addon_delta', 0, 'monthly_balance', 500, 'addon_balance', 5000,
    'reason', 'limit of ann: 100 per day, Europe/Berlin: agreed', 'reference', null, 'actor', 'bob'
  ),
  'one ledger row without deltas'
);
select credits_tests.spend(:'profile', 'ann', 60) as job \gset
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 41, spender => ''ann'')',
         :'profile'),
  'PT402', 'limit_exceeded',
  '{"spender": "ann", "window": "day", "limit": 100, "spent": 60, "remaining": 40,
    "resets_at": "2030-01-09T23:00:00+00:00", "required": 41}',
  'a credit too much'
);
select lives_ok(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 40, spender => ''ann'')',
         :'profile'),
  'exactly what is left'
);
select is(credits_tests.spent(:'profile'), 'ann day 100', 'all of it is spent');
select lives_ok(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 0, spender => ''ann'')',
         :'profile'),
  'a free job needs no room'
);
select lives_ok(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 500, spender => ''bob'')',
         :'profile'),
  'another spender is not concerned'
);
select lives_ok(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 500)', :'profile'),
  'nor are jobs of nobody'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 9000, spender => ''ann'')',
         :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 9000, "available": 4400, "monthly": 0, "addon": 4400}',
  'a lack of credits is told first'
);
select credits_tests.replays(
  format('credits.reserve_credits(%L, %L, 60, spender => ''ann'')', :'profile', :'job'),
  (select to_jsonb(r) - 'replayed' from credits.reserve_credits(:'profile', :'job', 60) r),
  'a replay needs no room'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
