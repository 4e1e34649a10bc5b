-- _logs_returns: whether the server's log is told of credits that come back: yes, unless the
-- setting credits.log_returns is off. A call that sums them up turns it off for what is within it.
-- Not a column of settings: to read one costs a refund 1.7 percent. Anybody may set it in a session
-- of their own, which is good enough for a log and for nothing else.

create or replace function credits._logs_returns()
returns boolean
language sql stable
as $$
  select current_setting('credits.log_returns', true) is distinct from 'off'
$$;
