begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset

select is(
  credits_tests.answer(format('credits.close_profile(%L, %L, %L)', :'profile', 'left us', 'ann')),
  jsonb_build_object(
    'profile_id', :'profile', 'credits_remaining', 500, 'addon_credits', 5000,
    'available', 5500, 'held', null, 'posted', null, 'seq', 2, 'replayed', false
  ),
  'what is left stays'
);
select is(
  credits_tests.newest_entry(:'profile'),
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 2, 'ts', '2030-01-01 00:00Z'::timestamptz, 'kind', 'close',
    'job_id', null, 'monthly_delta', 0, 'addon_delta', 0, 'monthly_balance', 500,
    'addon_balance', 5000, 'reason', 'profile closed: left us', 'reference', null,
    'actor', 'ann'
  ),
  'one ledger row without deltas'
);
select is(
  (select p.closed_at from credits.profiles p where p.id = :'profile'),
  '2030-01-01 00:00Z'::timestamptz, 'the profile has the time of closing'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
