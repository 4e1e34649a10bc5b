begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job
\gset
select format('credits.reserve_credits(%L, %L, 300, hold_for => %L)', :'profile', :'job', '1 hour')
       as call
\gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.raise_job(:'job', 900) as done \gset

select credits_tests.replays(:'call', :'first', 'the reservation is replayed with its first cost');
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, %L, 900)', :'profile', :'job'),
  'PT409', 'job_conflict', '{}', 'and with no other'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.extend_hold(%L, %L)', :'job', '2 hours')),
  '{"cost": 900, "monthly_deducted": 500, "addon_deducted": 400, "previous_balance": 4600,
    "new_balance": 4600, "hold_expires_at": "2030-01-01T02:00:00+00:00"}',
  'an extension says what the job took, raises included'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 900)', :'job')),
  '{"hold_expires_at": "2030-01-01T02:00:00+00:00", "replayed": true}',
  'a raise tells of the deadline as it is'
);
select credits_tests.set_time('2030-01-01 02:00Z') as deadline \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"credits_remaining": 500, "addon_credits": 5000, "held": 0}',
  'at the deadline everything comes back'
);

select * from finish();
rollback;
