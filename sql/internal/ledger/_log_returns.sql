-- _log_returns: one line in the server's log about all jobs that a call has given credits back for.
-- The server adds the statement to each line, so one for each job of a batch would be too many.

create or replace function credits._log_returns(
  kind text,
  jobs bigint,
  monthly bigint,
  addon bigint
)
returns void
language plpgsql volatile
as $$
begin
  if _log_returns.jobs > 0 and credits._logs_returns() then
    raise log '[Credits] % % credits for % (monthly: %, addon: %)',
      case _log_returns.kind when 'expire' then 'Released' else 'Refunded' end,
      _log_returns.monthly + _log_returns.addon,
      _log_returns.jobs || case _log_returns.jobs when 1 then ' job' else ' jobs' end,
      credits._delta_text(_log_returns.monthly), credits._delta_text(_log_returns.addon);
  end if;
end
$$;
