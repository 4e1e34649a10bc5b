begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported_with_a_job() as profile, credits_tests.old_id('A') as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 1600, %L)', :'job', 'part-1')),
  '{"state": "reserved", "monthly_refunded": 100, "addon_refunded": 1500, "seq": 2,
    "breakdown_source": "ledger"}',
  'a part'
);
select credits_tests.refuses(
  format('select credits.refund_job(%L, 401, %L)', :'job', 'part-2'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 401, "refundable": 400}',
  'no more than is still out'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "monthly_refunded": 400, "addon_refunded": 0, "seq": 3,
    "breakdown_source": "ledger"}',
  'the rest'
);
select credits_tests.replays(
  format('credits.refund_job(%L, 1600, %L)', :'job', 'part-1'),
  jsonb_build_object(
    'job_id', :'job', 'profile_id', :'profile', 'state', 'refunded', 'amount', 1600,
    'monthly_refunded', 100, 'addon_refunded', 1500, 'monthly_lapsed', 0, 'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0,
    'previous_balance', 3500, 'new_balance', 5100, 'seq', 2, 'breakdown_source', 'ledger'),
  'a replay of the part'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
