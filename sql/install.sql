-- The manifest: every file of the logic, in order. `psql -1 -f sql/install.sql` runs it on a
-- database that has the migrations; `pgcredits migrate` and `pgcredits sql` read the same list.

-- Guards: refuse what must not go on
\ir internal/guards/_refuse_missing.sql
\ir internal/guards/_refuse_amount.sql
\ir internal/guards/_refuse_closed.sql
\ir internal/guards/_refuse_conflict.sql
\ir internal/guards/_refuse_draw.sql
\ir internal/guards/_refuse_refund.sql
\ir internal/guards/_refuse_refund_id.sql
\ir internal/guards/_check_present.sql
\ir internal/guards/_check_amount.sql
\ir internal/guards/_room.sql
\ir internal/guards/_check_room.sql
\ir internal/guards/_check_text.sql
\ir internal/guards/_check_metadata.sql
\ir internal/guards/_check_interval.sql
\ir internal/guards/_check_time.sql
\ir internal/guards/_check_option.sql
\ir internal/guards/_check_grant.sql
\ir internal/guards/_check_same_grant.sql
\ir internal/guards/_check_renewal_arguments.sql
\ir internal/guards/_check_grant_arguments.sql
\ir internal/guards/_refuse_shared_reference.sql
\ir internal/guards/_check_revocation.sql
\ir internal/guards/_check_adjustment.sql
\ir internal/guards/_check_allowance.sql
\ir internal/guards/_refuse_unknown_profile.sql
\ir internal/guards/_refuse_unknown_job.sql
\ir internal/guards/_accepts.sql

-- Ledger: what is written with each move, and read back
\ir internal/ledger/_now.sql
\ir internal/ledger/_moment_text.sql
\ir internal/ledger/_later.sql
\ir internal/guards/_check_period.sql
\ir internal/ledger/_job_reason.sql
\ir internal/ledger/_renewal_reason.sql
\ir internal/ledger/_grant_reason.sql
\ir internal/ledger/_logs_returns.sql
\ir internal/ledger/_log_returns.sql
\ir internal/ledger/_log_expired.sql
\ir internal/ledger/_write_ledger.sql
\ir internal/ledger/_write_return.sql
\ir internal/ledger/_write_entries.sql
\ir internal/ledger/_newest_entry.sql
\ir internal/ledger/_keyed_entry.sql
\ir internal/ledger/_returned_by.sql
\ir internal/ledger/_balance_row.sql
\ir internal/ledger/_write_move_entry.sql
\ir internal/ledger/_move_row.sql

-- Buckets: which credits are taken, and where they go back
\ir internal/buckets/_split_deduction.sql
\ir internal/buckets/_split_return.sql
\ir internal/buckets/_perpetual_rest.sql
\ir internal/buckets/_draw_packs.sql
\ir internal/buckets/_stays_closed.sql
\ir internal/buckets/_fill_pack.sql
\ir internal/buckets/_place_of_pack.sql
\ir internal/buckets/_return_to_packs.sql
\ir internal/buckets/_return_to_period.sql
\ir internal/buckets/_load_claims.sql
\ir internal/buckets/_load_purse.sql
\ir internal/buckets/_load_due_packs.sql
\ir internal/buckets/_move_purse.sql
\ir internal/buckets/_collect_returned.sql
\ir internal/buckets/_revoke_returned.sql
\ir internal/buckets/_draw_credits.sql
\ir internal/buckets/_held_by_draw.sql
\ir internal/buckets/_is_early.sql
\ir internal/buckets/_left_in_early_packs.sql
\ir internal/buckets/_give_back.sql
\ir internal/buckets/_renewal_row.sql
\ir internal/buckets/_references_are_exclusive.sql
\ir internal/buckets/_write_grant.sql
\ir internal/buckets/_revocable_grant.sql
\ir internal/buckets/_get_renewal.sql
\ir internal/buckets/_begun_renewal.sql
\ir internal/buckets/_revocable_renewal.sql
\ir internal/buckets/_get_revocation.sql
\ir internal/buckets/_write_correction.sql
\ir internal/buckets/_write_uncollected.sql
\ir internal/buckets/_write_revocation.sql
\ir internal/buckets/_revocation_row.sql
\ir internal/buckets/_revoke.sql
\ir internal/buckets/_pass_on.sql
\ir internal/buckets/_shift_newer.sql
\ir internal/buckets/_pay_owed.sql
\ir internal/buckets/_reinstate.sql
\ir internal/buckets/_move_pack.sql
\ir internal/buckets/_move_rest.sql
\ir internal/buckets/_write_move.sql
\ir internal/guards/_check_move.sql
\ir internal/guards/_check_same_move.sql
\ir internal/guards/_check_same_change.sql
\ir internal/buckets/_allowance_change_row.sql
\ir internal/buckets/_raise_allowance.sql
\ir internal/buckets/_lower_allowance.sql
\ir internal/buckets/_revoked_of.sql
\ir internal/buckets/_change_allowance.sql

-- Jobs
\ir internal/jobs/_outstanding.sql
\ir internal/jobs/_deducted_meta.sql
\ir internal/jobs/_refunded_meta.sql
\ir internal/jobs/_lock_profile_of.sql
\ir internal/jobs/_get_job.sql
\ir internal/jobs/_reservation_row.sql
\ir internal/jobs/_replay_reservation.sql
\ir internal/jobs/_default_cost.sql
\ir internal/jobs/_is_plain.sql
\ir internal/jobs/_load_change.sql
\ir internal/jobs/_load_last_raise.sql
\ir internal/jobs/_returned_job.sql
\ir internal/jobs/_settled_job.sql
\ir internal/jobs/_settled_by.sql
\ir internal/jobs/_settlement_row.sql
\ir internal/jobs/_refund_row.sql
\ir internal/jobs/_answer_ended_job.sql
\ir internal/jobs/_write_job.sql

-- Plans: what is changed in memory first, and written once for many
\ir internal/plans/_plan_return.sql
\ir internal/plans/_plan_lapses.sql
\ir internal/plans/_plan_reservation.sql
\ir internal/plans/_plan_raise.sql
\ir internal/plans/_plan_settlement.sql
\ir internal/plans/_plan_refund.sql
\ir internal/plans/_plan_renewal.sql
\ir internal/plans/_plan_grant.sql
\ir internal/plans/_plan_element.sql
\ir internal/plans/_write_draws.sql
\ir internal/plans/_write_raises.sql
\ir internal/plans/_write_jobs.sql
\ir internal/plans/_write_packs.sql
\ir internal/plans/_write_purses.sql
\ir internal/plans/_write_plan.sql
\ir internal/plans/_spend_packs.sql
\ir internal/plans/_settle_for_less.sql
\ir internal/plans/_return_credits.sql

-- Profiles: the lock, and what is overdue
\ir internal/profiles/_lock_profile.sql
\ir internal/profiles/_try_lock_profile.sql
\ir internal/profiles/_place_of_profile.sql
\ir internal/profiles/_expire.sql
\ir internal/profiles/_bring_all_up_to_date.sql
\ir internal/profiles/_bring_up_to_date.sql
\ir internal/profiles/_follow.sql
\ir internal/profiles/_try_lock_successors.sql
\ir internal/profiles/_sweep.sql

-- Batches: many calls in one
\ir internal/batches/_check_batch.sql
\ir internal/batches/_check_batch_values.sql
\ir internal/batches/_read_batch.sql
\ir internal/batches/_await_profiles.sql
\ir internal/profiles/_lock_in_order.sql
\ir internal/batches/_lock_profiles.sql
\ir internal/batches/_without_moved.sql
\ir internal/batches/_batch_answer_row.sql
\ir internal/batches/_error_answer.sql
\ir internal/batches/_change_answer.sql
\ir internal/batches/_unanswered.sql
\ir internal/batches/_draft_reservations.sql
\ir internal/batches/_can_be_made_together.sql
\ir internal/batches/_plan_reservations.sql
\ir internal/batches/_reserve_together.sql
\ir internal/batches/_plan_returns.sql
\ir internal/batches/_settle_together.sql
\ir internal/batches/_refund_together.sql
\ir internal/batches/_load_purses.sql
\ir internal/batches/_plan_elements.sql
\ir internal/batches/_change_each.sql
\ir internal/batches/_plan_renewals.sql
\ir internal/batches/_renew_together.sql
\ir internal/batches/_plan_grants.sql
\ir internal/batches/_grant_together.sql
\ir internal/batches/_call_one.sql
\ir internal/batches/_call_each.sql
\ir internal/batches/_run_batch.sql

-- Integrity: what check_integrity finds
\ir internal/integrity/_find_ledger_faults.sql
\ir internal/integrity/_find_job_faults.sql
\ir internal/integrity/_find_raise_faults.sql
\ir internal/integrity/_find_pack_faults.sql
\ir internal/integrity/_find_period_faults.sql
\ir internal/integrity/_find_revocation_faults.sql
\ir internal/integrity/_find_move_faults.sql
\ir internal/integrity/_find_import_faults.sql

-- Legacy: importing from an existing application
\ir internal/legacy/_legacy_amount.sql
\ir internal/legacy/_legacy_credits.sql
\ir internal/legacy/_legacy_kind.sql
\ir internal/legacy/_legacy_history.sql
\ir internal/legacy/_recompute_legacy.sql
\ir internal/legacy/_legacy_openings.sql
\ir internal/legacy/_legacy_account.sql
\ir internal/legacy/_legacy_jobs.sql
\ir internal/legacy/_legacy_job_damage.sql
\ir internal/legacy/_legacy_damage.sql
\ir internal/legacy/_legacy_job_entries.sql
\ir internal/legacy/_check_legacy_sum.sql
\ir internal/legacy/_check_damage_kinds.sql
\ir internal/legacy/_check_damage_accepted.sql
\ir internal/legacy/_write_legacy_jobs.sql
\ir internal/legacy/_import_row.sql
\ir internal/legacy/_audit_profile.sql
\ir internal/legacy/_repair_row.sql

-- Public, in the order a user meets them
\ir functions/open_profile.sql
\ir functions/get_balance.sql
\ir functions/grant_addon.sql
\ir functions/renew_monthly.sql
\ir functions/change_allowance.sql
\ir functions/reserve_credits.sql
\ir functions/settle_job.sql
\ir functions/refund_job.sql
\ir functions/rollback_reservation.sql
\ir functions/raise_reservation.sql
\ir functions/extend_hold.sql
\ir functions/expire_holds.sql
\ir functions/expire_packs.sql
\ir functions/revoke_grant.sql
\ir functions/reinstate_grant.sql
\ir functions/revoke_renewal.sql
\ir functions/reinstate_renewal.sql
\ir functions/adjust_credits.sql
\ir functions/set_overdraft_limit.sql
\ir functions/close_profile.sql
\ir functions/move_credits.sql
\ir functions/reserve_credits_many.sql
\ir functions/settle_job_many.sql
\ir functions/refund_job_many.sql
\ir functions/renew_monthly_many.sql
\ir functions/grant_addon_many.sql
\ir functions/find_grants.sql
\ir functions/get_statement.sql
\ir functions/balance_at.sql
\ir functions/explain_job.sql
\ir functions/check_integrity.sql
\ir functions/check_legacy_profile.sql
\ir functions/import_profile.sql
\ir functions/audit_refunds.sql
\ir functions/repair_refunds.sql
\ir functions/id_of.sql
\ir functions/schema_version.sql

-- Triggers
\ir triggers/ledger_append_only.sql

-- Views
\ir views/balances.sql
\ir views/ledger_entries.sql
\ir views/grants.sql
\ir views/_own_profile.sql
\ir views/my_balance.sql
\ir views/my_statement.sql
\ir views/my_jobs.sql

-- Who may do what
\ir internal/access/_privileges.sql

-- What is gone, who owns and who may: always last
\ir cleanup.sql
\ir owner.sql
\ir grants.sql
