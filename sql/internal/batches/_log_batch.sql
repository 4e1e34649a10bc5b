-- _log_batch: two lines at most in the server's log about a batch: what its refunds gave back, and
-- what holds that expired before.
-- locked: the profiles as they were locked; answers: those of the batch.

create or replace function credits._log_batch(
  locked credits.profiles[],
  answers credits._batch_answer[]
)
returns void
language plpgsql volatile
as $$
begin
  perform credits._log_returns('expire', e.jobs, e.monthly, e.addon)
     from (select count(*) as jobs, sum(l.monthly_delta)::bigint as monthly,
                  sum(l.addon_delta)::bigint as addon
             from unnest(_log_batch.locked) p
             join credits.ledger l on l.profile_id = p.id and l.seq > p.seq and l.kind = 'expire'
            where p.next_hold_expiry <= credits._now()) e;
  perform credits._log_returns('refund', r.jobs, r.monthly, r.addon)
     from (select count(*) as jobs, sum((a.refund).monthly_refunded)::bigint as monthly,
                  sum((a.refund).addon_refunded)::bigint as addon
             from unnest(_log_batch.answers) a
            where (a.refund).amount > 0
              and not (a.refund).replayed) r;
end
$$;
