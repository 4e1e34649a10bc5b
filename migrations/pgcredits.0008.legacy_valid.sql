-- depends: pgcredits.0007.legacy
-- Checks the constraint of 0007 against rows that were there before.
-- Lock: jobs, in a mode that lets everybody read and write meanwhile.

alter table credits.jobs validate constraint jobs_imported_says_what_it_held;
