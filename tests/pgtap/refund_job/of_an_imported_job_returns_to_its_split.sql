begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported_with_a_job() as profile \gset

select is(
  credits_tests.answer(format('credits.refund_job(%L)', credits_tests.old_id('A'))),
  jsonb_build_object(
    'job_id', credits_tests.old_id('A'), 'profile_id', :'profile', 'state', 'refunded',
    'amount', 2000, 'monthly_refunded', 500, 'addon_refunded', 1500, 'monthly_lapsed', 0,
    'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0, 'previous_balance', 3500, 'new_balance', 5500, 'seq', 2,
    'replayed', false, 'breakdown_source', 'ledger'
  ),
  'each credit goes back where it came from before the import'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'as it was before the job');
select credits_tests.shows(
  credits_tests.job_row(credits_tests.old_id('A')),
  '{"state": "refunded", "monthly_refunded": 500, "addon_refunded": 1500, "closing_seq": 2}',
  'the job has ended'
);
select credits_tests.sound(:'profile');
select credits_tests.replays(
  format('credits.refund_job(%L)', credits_tests.old_id('A')),
  (select to_jsonb(f) from credits.refund_job(credits_tests.old_id('A')) f),
  'a replay answers the same'
);

select * from finish();
rollback;
