-- _write_ledger: changes a balance and writes the ledger row that says so, so that both always move
-- by the same amounts. Nothing else does, but _write_entries for batches. Returns the new row.
-- The caller holds the profile's lock: that makes seq gapless. ts ascends with it: it is never
-- before that of the row before, even where the clock has stepped back.

create or replace function credits._write_ledger(
  profile_id uuid,
  kind text,
  job_id uuid,
  monthly_delta bigint,
  addon_delta bigint,
  reason text,
  reference text default null,
  actor text default null
)
returns credits.ledger
language plpgsql volatile
as $$
declare
  v_seq bigint;
  v_ts timestamptz;
  v_monthly_balance bigint;
  v_addon_balance bigint;
  v_watched boolean;
begin
  update credits.profiles p
     set credits_remaining = p.credits_remaining + _write_ledger.monthly_delta,
         addon_credits = p.addon_credits + _write_ledger.addon_delta,
         seq = p.seq + 1,
         changed_at = greatest(credits._now(), p.changed_at)
   where p.id = _write_ledger.profile_id
  returning p.seq, p.changed_at, p.credits_remaining, p.addon_credits, p.watched
    into strict v_seq, v_ts, v_monthly_balance, v_addon_balance, v_watched;
  insert into credits.ledger (profile_id, seq, ts, monthly_delta, addon_delta, monthly_balance,
                              addon_balance, job_id, kind, reason, reference, actor)
  values (_write_ledger.profile_id, v_seq, v_ts, _write_ledger.monthly_delta,
          _write_ledger.addon_delta, v_monthly_balance, v_addon_balance, _write_ledger.job_id,
          _write_ledger.kind, _write_ledger.reason, _write_ledger.reference, _write_ledger.actor);
  if v_watched then
    perform credits._tell(_write_ledger.profile_id, v_seq - 1);
  end if;
  -- In memory: RETURNING of all columns costs twice as much.
  return row(_write_ledger.profile_id, v_seq, v_ts, _write_ledger.monthly_delta,
             _write_ledger.addon_delta, v_monthly_balance, v_addon_balance, _write_ledger.job_id,
             _write_ledger.kind, _write_ledger.reason, _write_ledger.reference,
             _write_ledger.actor)::credits.ledger;
end
$$;
