begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.imported_story() as profile \gset

select credits_tests.replays(
  format('credits.rollback_reservation(%L)', credits_tests.old_id('A')),
  jsonb_build_object(
    'job_id', credits_tests.old_id('A'), 'profile_id', :'profile', 'state', 'refunded',
    'amount', 0, 'monthly_refunded', 0, 'addon_refunded', 0, 'monthly_lapsed', 0,
    'addon_lapsed', 0,
    'monthly_revoked', 0, 'addon_revoked', 0, 'previous_balance', 5500, 'new_balance', 5500, 'seq', 1,
    'breakdown_source', 'ledger'),
  'something else has ended it'
);

select * from finish();
rollback;
