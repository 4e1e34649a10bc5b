-- depends: pgcredits.0011.lean_checks_valid
-- How the hot tables are stored. A job is updated once or twice soon after it was reserved: with
-- room left on its page, that changes no index (measured: 99 of 100 updates, 82 without).
-- Autovacuum and analyze come after a fiftieth of a table has changed, not a fifth: sooner, and in
-- small portions, also when the tables are large.
-- The index is for the jobs of one profile: its own rows under row-level security, and the check of
-- its books, which must not grow with the others.
-- Lock: jobs, profiles and ledger in a mode that lets everybody read and write; jobs for one scan
-- in which writers wait, unless the index was built before (see CHANGELOG.md).

alter table credits.jobs set (
  fillfactor = 85,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_insert_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02
);
alter table credits.profiles set (
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02
);
alter table credits.ledger set (
  autovacuum_vacuum_insert_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.02
);

create index if not exists jobs_profile on credits.jobs (profile_id, reserve_seq);
