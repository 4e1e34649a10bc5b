-- _logs_returns: whether the server's log is told of credits that come back: only where the setting
-- credits.log_returns is on. The ledger is the record, and a line costs a refund 5 percent.
-- Not a column of settings: to read one costs 1.7 percent. Anybody may set it in a session of their
-- own, which is good enough for a log and for nothing else.

create or replace function credits._logs_returns()
returns boolean
language sql stable
as $$
  select coalesce(current_setting('credits.log_returns', true) = 'on', false)
$$;
