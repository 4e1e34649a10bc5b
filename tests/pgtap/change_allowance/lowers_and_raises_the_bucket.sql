begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.set_time('2030-02-01 00:05Z') as now,
       credits_tests.profile(40, 5000) as profile
\gset
select credits_tests.renew(:'profile', '2030-02-01 00:00Z', 500, 30) as done \gset
select credits_tests.job(:'profile', 130) as job \gset

select is(
  credits_tests.answer(format('credits.change_allowance(%L, %L, 450, %L)', :'profile',
                              '2030-02-01 00:00Z', 'plan-1')),
  jsonb_build_object(
    'profile_id', :'profile', 'period_start', '2030-02-01 00:00Z'::timestamptz,
    'previous_allowance', 500, 'allowance', 450, 'owed', 0, 'previous_balance', 5400,
    'new_balance', 5350, 'seq', 4, 'replayed', false
  ),
  'the difference is taken'
);
select is(
  credits_tests.newest_entry(:'profile') - array['ts'],
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 4, 'kind', 'change', 'job_id', null, 'monthly_delta', -50,
    'addon_delta', 0, 'monthly_balance', 350, 'addon_balance', 5000,
    'reason', 'allowance change: 2030-02-01T00:00:00Z (allowance: 500 -> 450, monthly: -50, '
              'owed: 0)',
    'reference', 'plan-1', 'actor', null
  ),
  'one ledger row under the reference'
);
select is(
  (select to_jsonb(c) from credits.allowance_changes c where c.profile_id = :'profile'),
  jsonb_build_object('profile_id', :'profile', 'seq', 4,
                     'period_start', '2030-02-01 00:00Z'::timestamptz,
                     'previous_allowance', 500, 'allowance', 450, 'owed', 0, 'collected', 0),
  'the change'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.change_allowance(%L, %L, 600, %L)', :'profile',
                              '2030-02-01 00:00Z', 'plan-2')),
  '{"previous_allowance": 450, "allowance": 600, "owed": 0, "new_balance": 5500}', 'and added'
);
select is((select r.allowance from credits.renewals r where r.profile_id = :'profile'), 600::bigint,
          'the month has the latest');
select credits_tests.shows(
  credits_tests.answer(format('credits.change_allowance(%L, %L, 600, %L)', :'profile',
                              '2030-02-01 00:00Z', 'plan-3')),
  '{"previous_allowance": 600, "allowance": 600, "new_balance": 5500, "seq": 6}',
  'the same allowance moves nothing and is recorded'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 500, 30)', :'profile',
                              '2030-02-01 00:00Z')),
  '{"allowance": 500, "carried": 30, "lapsed": 10, "replayed": true}',
  'a renewal that is reported again has the figures it began with'
);
select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, 600, 30)', :'profile', '2030-02-01 00:00Z'),
  'PT409', 'period_conflict',
  jsonb_build_object('current', '2030-02-01 00:00Z'::timestamptz,
                     'given', '2030-02-01 00:00Z'::timestamptz), 'and not the new ones'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
