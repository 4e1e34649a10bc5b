-- _log_line: the line that the server's log gets for each return.

create or replace function credits._log_line(
  kind text,
  job_id uuid,
  monthly bigint,
  addon bigint
)
returns text
language sql stable
as $$
  select format('[Credits] %s %s credits for job %s (monthly: +%s, addon: +%s)',
                case _log_line.kind
                  when 'rollback' then 'Rolled back'
                  when 'expire' then 'Released'
                  else 'Refunded'
                end,
                _log_line.monthly + _log_line.addon, _log_line.job_id, _log_line.monthly,
                _log_line.addon)
$$;
