begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset

select is(
  credits_tests.answer(format('credits.set_overdraft_limit(%L, 60, %L, %L)',
                              :'profile', 'trusted', 'ann')),
  jsonb_build_object(
    'profile_id', :'profile', 'credits_remaining', 500, 'addon_credits', 5000,
    'available', 5500, 'held', null, 'posted', null, 'seq', 2, 'replayed', false
  ),
  'the limit adds no credits'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 2, 'kind', 'adjust', 'job_id', null, 'monthly_delta', 0,
    'addon_delta', 0, 'monthly_balance', 500, 'addon_balance', 5000,
    'reason', 'overdraft limit: 60: trusted', 'reference', null, 'actor', 'ann'
  ),
  'one ledger row without deltas'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, gen_random_uuid(), 5560)', :'profile')),
  '{"new_balance": -60}', 'it can be drawn'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
