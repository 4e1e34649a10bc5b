-- The manifest: every file of the logic, in order. `psql -1 -f sql/install.sql` runs it on a
-- database that has the migrations; `pgcredits migrate` and `pgcredits sql` read the same list.

-- Internal
\ir internal/_check_present.sql
\ir internal/_check_amount.sql
\ir internal/_check_text.sql
\ir internal/_check_metadata.sql
\ir internal/_lock_profile.sql
\ir internal/_lock_job.sql
\ir internal/_split_deduction.sql
\ir internal/_write_ledger.sql
\ir internal/_replay_reservation.sql
\ir internal/_refund_row.sql
\ir internal/_return_credits.sql
\ir internal/_answer_ended_job.sql

-- Public, in the order a user meets them
\ir functions/open_profile.sql
\ir functions/get_balance.sql
\ir functions/grant_addon.sql
\ir functions/reserve_credits.sql
\ir functions/refund_job.sql
\ir functions/rollback_reservation.sql
\ir functions/get_statement.sql
\ir functions/schema_version.sql

-- Triggers
\ir triggers/ledger_append_only.sql

-- Views
\ir views/balances.sql
\ir views/ledger_entries.sql

-- Who owns and who may: always last
\ir owner.sql
\ir grants.sql
