begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_story() as profile \gset

select is(
  (select to_jsonb(a) - 'ts' from credits.audit_refunds(:'profile') a),
  jsonb_build_object(
    'profile_id', :'profile', 'job_id', credits_tests.old_id('A'), 'entry_id', '4',
    'refunded', 2000, 'misplaced_at_least', 1500, 'misplaced_at_most', 1500,
    'addon_lost_at_least', 1500, 'addon_lost_at_most', 1500,
    'monthly_gained_at_least', 1500, 'monthly_gained_at_most', 1500, 'certainty', 'exact',
    'position', 4, 'reference', 'legacy refund 4', 'repair_seq', null
  ),
  'what the job took from addon, all of which is still missing there'
);
select is(
  (select a.ts from credits.audit_refunds(:'profile') a), '2025-01-01 04:00Z'::timestamptz,
  'at the time of the refund'
);

select * from finish();
rollback;
