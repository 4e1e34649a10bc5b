-- depends: pgcredits.0004.lifecycle
-- Checks the constraints of 0004 against rows that were there before.
-- Lock: jobs, in a mode that lets everybody read and write meanwhile.

alter table credits.jobs validate constraint jobs_settle_draw_within_deducted;
alter table credits.jobs validate constraint jobs_hold_only_while_reserved;
alter table credits.jobs validate constraint jobs_settled_has_settle_seq;
