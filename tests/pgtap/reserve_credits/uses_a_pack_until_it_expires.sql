begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.set_time('2030-01-31 23:59:59.999999Z') as later \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, gen_random_uuid(), 50)', :'profile')),
  '{"addon_deducted": 50, "new_balance": 0}', 'to the last microsecond'
);

-- An overdue pack.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.set_time('2030-02-01 00:00Z') as later \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 101)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 101, "available": 100, "monthly": 0, "addon": 100}',
  'an overdue pack does not count'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.reserve_credits(%L, gen_random_uuid(), 100)', :'profile')),
  '{"previous_balance": 100, "new_balance": 0, "seq": 4}', 'the perpetual credits do'
);
select is(credits_tests.history(:'profile', 2), 'lapse +0 -50, reserve +0 -100', 'it lapsed first');
select is(
  (select to_jsonb(l) - array['ts', 'profile_id'] from credits.ledger l
    where l.profile_id = :'profile' and l.seq = 3),
  '{"seq": 3, "kind": "lapse", "job_id": null, "monthly_delta": 0, "addon_delta": -50,
    "monthly_balance": 0, "addon_balance": 100, "reason": "pack lapse: grant 2 (addon: -50)",
    "reference": null, "actor": null}',
  'the row of the lapse'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
