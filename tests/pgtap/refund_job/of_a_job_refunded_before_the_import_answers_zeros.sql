begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported_story() as profile \gset
select credits_tests.pack(:'profile', 70, null) as pack \gset

select credits_tests.replays(
  format('credits.refund_job(%L)', credits_tests.old_id('A')),
  jsonb_build_object(
    'job_id', credits_tests.old_id('A'), 'profile_id', :'profile', 'state', 'refunded',
    'amount', 0, 'monthly_refunded', 0, 'addon_refunded', 0, 'monthly_lapsed', 0,
    'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0, 'previous_balance', 5500, 'new_balance', 5500, 'seq', 1,
    'breakdown_source', 'ledger'),
  'nothing is left to refund, as of the import'
);
select credits_tests.refuses(
  format('select credits.refund_job(%L, 1, %L)', credits_tests.old_id('A'), 'part-1'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 1, "refundable": 0}',
  'no part can come back either'
);
select is(credits_tests.buckets(:'profile'), '2000 + 3570', 'the wrong refund is left as it was');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
