begin;
\ir ../helpers.psql
select plan(2);

select set_eq(
  $$
    select p.name, f.proconfig::text
      from credits_tests.public_functions() p
      join pg_catalog.pg_proc f on f.oid = p.oid
     where p.name in ('open_profile', 'grant_addon', 'reserve_credits', 'refund_job',
                      'rollback_reservation', 'settle_job', 'raise_reservation', 'extend_hold',
                      'expire_holds', 'expire_packs', 'set_alert', 'set_topup', 'decline_topup',
                      'watch_profiles', 'claim_events', 'finish_events', 'fail_events',
                      'renew_monthly', 'change_allowance', 'revoke_grant',
                      'reinstate_grant', 'adjust_credits', 'set_overdraft_limit', 'close_profile', 'get_balance',
                      'move_credits', 'import_profile', 'repair_refunds', 'reserve_credits_many', 'settle_job_many',
                      'refund_job_many', 'renew_monthly_many', 'grant_addon_many')
  $$,
  $$
    select unnest(array['open_profile', 'grant_addon', 'reserve_credits', 'refund_job',
                        'rollback_reservation', 'settle_job', 'raise_reservation', 'extend_hold',
                        'expire_holds', 'expire_packs', 'set_alert', 'set_topup', 'decline_topup',
                        'watch_profiles', 'claim_events', 'finish_events', 'fail_events',
                        'renew_monthly', 'change_allowance', 'revoke_grant',
                        'reinstate_grant', 'adjust_credits', 'set_overdraft_limit', 'close_profile', 'get_balance',
                        'move_credits', 'import_profile', 'repair_refunds', 'reserve_credits_many',
                        'settle_job_many', 'refund_job_many', 'renew_monthly_many',
                        'grant_addon_many']),
           array['search_path=pg_catalog, pg_temp', 'lock_timeout=5s', 'enable_seqscan=off']::text
  $$,
  'writers wait 5 seconds, never read a whole table, and set nothing else'
);
select is_empty(
  $$
    select p.name
      from credits_tests.public_functions() p
      join pg_catalog.pg_proc f on f.oid = p.oid
     where (f.provolatile = 'v' and f.proparallel <> 's')
           <> coalesce('lock_timeout=5s' = any(f.proconfig), false)
  $$,
  'so does every volatile function but one that only makes an id, and no other'
);

select * from finish();
rollback;
