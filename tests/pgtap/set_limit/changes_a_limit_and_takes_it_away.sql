begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.set_time('2030-01-09 10:00Z') as now, credits_tests.profile(0, 500) as profile
\gset
select credits_tests.limit_spender(:'profile', 'ann', 'day', 60) as l,
       credits_tests.spend(:'profile', 'ann', 50) as job
\gset
select credits_tests.shows(
  credits_tests.answer(
    format('credits.set_limit(%L, ''ann'', ''day'', 40, ''why'', ''who'')', :'profile')),
  '{"amount": 40, "spent": 50, "remaining": 0, "replayed": false}', 'less than is spent'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 1, spender => ''ann'')',
         :'profile'),
  'PT402', 'limit_exceeded',
  '{"spender": "ann", "window": "day", "limit": 40, "spent": 50, "remaining": 0,
    "resets_at": "2030-01-10T00:00:00+00:00", "required": 1}',
  'leaves no room'
);
select lives_ok(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 0, spender => ''ann'')',
         :'profile'),
  'but for a free job'
);
select credits_tests.shows(
  credits_tests.answer(
    format('credits.set_limit(%L, ''ann'', ''day'', 40, ''why'', ''who'', ''Asia/Tokyo'')',
           :'profile')),
  '{"spent": 50, "window_start": "2030-01-08T15:00:00+00:00", "time_zone": "Asia/Tokyo",
    "replayed": false}', 'another calendar counts anew'
);
select credits_tests.set_time('2030-01-09 16:00Z') as now \gset
select credits_tests.shows(
  credits_tests.answer(
    format('credits.set_limit(%L, ''ann'', ''day'', 30, ''why'', ''who'')', :'profile')),
  '{"amount": 30, "spent": 0, "time_zone": "Asia/Tokyo", "replayed": false}',
  'which stays where none is named'
);
select credits_tests.shows(
  credits_tests.answer(
    format('credits.set_limit(%L, ''ann'', ''day'', 40, ''why'', ''who'', ''UTC'')', :'profile')),
  '{"spent": 50, "window_start": "2030-01-09T00:00:00+00:00"}', 'and back, what that day spent'
);
select is(
  credits_tests.answer(
    format('credits.set_limit(%L, ''ann'', ''day'', null, ''done'', ''who'')', :'profile')),
  jsonb_build_object(
    'profile_id', :'profile', 'spender', 'ann', 'window_name', 'day', 'amount', null, 'spent', null,
    'remaining', null, 'window_start', null, 'resets_at', null, 'time_zone', null, 'replayed', false
  ),
  'it is taken away'
);
select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  '{"kind": "adjust", "reason": "limit of ann: none per day: done", "actor": "who"}',
  'the ledger says so'
);
select is((select count(*) from credits.get_limits(:'profile')), 0::bigint, 'there is none');
select lives_ok(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 100, spender => ''ann'')',
         :'profile'),
  'and nothing is limited'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
