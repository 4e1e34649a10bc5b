-- _write_more_entries: the further ledger rows of what was planned: what of a return lapses at
-- once, and what goes to open revocations. The profiles and the first rows are written.

create or replace function credits._write_more_entries(changes credits._change[])
returns void
language sql volatile
as $$
  insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                              monthly_balance, addon_balance, reason)
  select (c.job).profile_id, (c.returned).seq + 1, p.changed_at, 'lapse', (c.job).id,
         -(c.returned).monthly_lapsed, -(c.returned).addon_lapsed,
         c.monthly_balance - (c.returned).monthly_lapsed,
         c.addon_balance - (c.returned).addon_lapsed,
         credits._job_reason('lapse', (c.job).id, '-', (c.returned).monthly_lapsed,
                             (c.returned).addon_lapsed)
    from unnest(_write_more_entries.changes) c
    join credits.profiles p
      on p.id = (c.job).profile_id
     and p.id = any (array(select (w.job).profile_id from unnest(_write_more_entries.changes) w))
   where (c.returned).monthly_lapsed + (c.returned).addon_lapsed > 0
  union all
  select (c.job).profile_id,
         (c.returned).seq + case when (c.returned).monthly_lapsed + (c.returned).addon_lapsed > 0
                                 then 2 else 1 end,
         p.changed_at, 'revoke', (c.job).id,
         -(c.returned).monthly_revoked, -(c.returned).addon_revoked,
         c.monthly_balance - (c.returned).monthly_lapsed - (c.returned).monthly_revoked,
         c.addon_balance - (c.returned).addon_lapsed - (c.returned).addon_revoked,
         credits._job_reason('revoke', (c.job).id, '-', (c.returned).monthly_revoked,
                             (c.returned).addon_revoked)
    from unnest(_write_more_entries.changes) c
    join credits.profiles p
      on p.id = (c.job).profile_id
     and p.id = any (array(select (w.job).profile_id from unnest(_write_more_entries.changes) w))
   where (c.returned).monthly_revoked + (c.returned).addon_revoked > 0
$$;
