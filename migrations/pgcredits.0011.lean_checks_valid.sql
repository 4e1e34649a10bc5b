-- depends: pgcredits.0010.lean_checks
-- Checks the constraints of 0010 against rows that were there before.
-- Lock: jobs and ledger, in a mode that lets everybody read and write meanwhile.

alter table credits.jobs validate constraint jobs_state_known;
alter table credits.jobs validate constraint jobs_cost_in_range;
alter table credits.jobs validate constraint jobs_ended_has_closing_seq;
alter table credits.jobs validate constraint jobs_ended_gave_everything_back;
alter table credits.jobs validate constraint jobs_settle_draw_within_deducted;
alter table credits.jobs validate constraint jobs_hold_only_while_reserved;
alter table credits.jobs validate constraint jobs_imported_says_what_it_held;
alter table credits.ledger validate constraint ledger_kind_known;
alter table credits.ledger validate constraint ledger_job_kinds_name_their_job;
alter table credits.ledger validate constraint ledger_reserve_only_takes;
alter table credits.ledger validate constraint ledger_returns_only_give;
