begin;
\ir ../helpers.psql
select plan(2);

select set_has(
  $$
    select p.name, f.provolatile::text
      from credits_tests.public_functions() p
      join pg_catalog.pg_proc f on f.oid = p.oid
  $$,
  $$
    values ('open_profile', 'v'), ('grant_addon', 'v'), ('reserve_credits', 'v'),
           ('refund_job', 'v'), ('rollback_reservation', 'v'), ('settle_job', 'v'),
           ('raise_reservation', 'v'), ('extend_hold', 'v'), ('expire_holds', 'v'), ('expire_packs', 'v'),
           ('renew_monthly', 'v'), ('change_allowance', 'v'),
           ('revoke_grant', 'v'), ('reinstate_grant', 'v'),
           ('adjust_credits', 'v'), ('set_overdraft_limit', 'v'), ('set_limit', 'v'), ('get_limits', 's'), ('close_profile', 'v'),
           ('move_credits', 'v'),
           ('get_balance', 'v'), ('get_statement', 's'), ('balance_at', 's'),
           ('set_alert', 'v'), ('set_topup', 'v'), ('decline_topup', 'v'), ('watch_profiles', 'v'),
           ('claim_events', 'v'), ('finish_events', 'v'), ('fail_events', 'v'),
           ('preview_reserve', 'v'), ('get_job', 's'), ('get_profile', 's'), ('list_profiles', 's'), ('list_grants', 's'), ('list_jobs', 's'), ('usage', 's'),
           ('explain_job', 's'), ('check_integrity', 's'), ('check_profiles', 's'), ('id_of', 'i'),
           ('shard_of', 'i'), ('new_job_id', 'v'), ('schema_version', 'i'),
           ('check_legacy_profile', 's'), ('import_profile', 'v'), ('audit_refunds', 's'),
           ('repair_refunds', 'v'), ('reserve_credits_many', 'v'), ('settle_job_many', 'v'),
           ('refund_job_many', 'v'), ('renew_monthly_many', 'v'), ('grant_addon_many', 'v')
  $$,
  'writers are volatile, as are get_balance and preview_reserve, which process what is overdue; other reads are stable'
);
select set_has(
  $$
    select i.name, f.provolatile::text
      from credits_tests.internal_functions() i
      join pg_catalog.pg_proc f on f.oid = i.oid
  $$,
  $$
    values ('_lock_profile', 'v'), ('_lock_job', 'v'), ('_find_job', 's'),
           ('_write_ledger', 'v'), ('_return_credits', 'v'), ('_bring_up_to_date', 'v'),
           ('_expire', 'v'), ('_sweep', 'v'), ('_now', 'v'), ('_split_deduction', 'i'),
           ('_split_return', 'i'), ('_later', 'i'), ('_write_legacy_jobs', 'v'),
           ('_recompute_legacy', 'i'), ('_legacy_account', 'i'), ('_legacy_kind', 'i'),
           ('_lock_profiles', 'v'), ('_await_profiles', 'v'), ('_write_entries', 'v'),
           ('_call_one', 'v'), ('_plan_reservations', 'i'), ('_draft_reservations', 's'),
           ('_can_be_made_together', 'i'), ('_plan_elements', 's'), ('_write_plan', 'v'),
           ('_write_jobs', 'v'), ('_write_draws', 'v'), ('_write_packs', 'v'),
           ('_write_purses', 'v'), ('_load_purse', 's'), ('_give_back', 'i'),
           ('_draw_packs', 'i'), ('_fill_pack', 'i'), ('_return_to_packs', 'i'),
           ('_return_to_period', 'i'), ('_move_purse', 'i'), ('_is_plain', 'i'),
           ('_tell', 'v'), ('_tell_plan', 'v'), ('_tell_uncollected', 'v'), ('_write_event', 'v'),
           ('_ask_for_topup', 'v'), ('_watch', 'v'), ('_plan_notices', 'v'),
           ('_announce_packs', 'v'), ('_lock_events', 'v'), ('_crossings', 's'),
           ('_adds_credits', 'i'), ('_overdue_credits', 's')
  $$,
  'helpers that lock or write are volatile, the pure rules are immutable'
);

select * from finish();
rollback;
