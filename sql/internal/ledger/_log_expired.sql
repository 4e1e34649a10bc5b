-- _log_expired: one line in the server's log about all holds that expired in a call.

create or replace function credits._log_expired(changes credits._change[])
returns void
language plpgsql volatile
as $$
begin
  perform credits._log_returns('expire', e.jobs, e.monthly, e.addon)
     from (select count(*) as jobs, sum((c.returned).monthly)::bigint as monthly,
                  sum((c.returned).addon)::bigint as addon
             from unnest(_log_expired.changes) c
            where c.kind = 'expire'
              and (c.returned).monthly + (c.returned).addon > 0) e;
end
$$;
