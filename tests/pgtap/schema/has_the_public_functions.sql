begin;
\ir ../helpers.psql
select plan(1);

select set_eq(
  'select f.name from credits_tests.public_functions() f',
  $$
    select unnest(array['open_profile', 'get_balance', 'grant_addon', 'renew_monthly',
                        'change_allowance',
                        'reserve_credits', 'raise_reservation', 'settle_job', 'refund_job',
                        'rollback_reservation', 'reserve_credits_many', 'settle_job_many', 'refund_job_many',
                        'renew_monthly_many', 'grant_addon_many',
                        'extend_hold', 'expire_holds', 'expire_packs', 'set_alert', 'set_topup',
                        'decline_topup', 'watch_profiles', 'claim_events', 'finish_events',
                        'fail_events', 'revoke_grant',
                        'reinstate_grant', 'revoke_renewal', 'reinstate_renewal', 'find_grants',
                        'adjust_credits', 'set_overdraft_limit', 'set_limit', 'get_limits',
                        'close_profile', 'move_credits', 'get_statement', 'balance_at', 'explain_job',
                        'preview_reserve', 'get_job', 'get_profile', 'list_profiles', 'list_grants',
                        'list_jobs', 'usage',
                        'check_integrity', 'check_profiles', 'check_legacy_profile', 'import_profile',
                        'audit_refunds', 'repair_refunds', 'id_of', 'shard_of', 'new_job_id',
                        'schema_version'])
  $$,
  'every public function is there, and no other'
);

select * from finish();
rollback;
