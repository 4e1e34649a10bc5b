-- _write_ledger: changes a balance and writes the ledger row that says so, so that both always move
-- by the same amounts. Nothing else does, but what writes many at once: _write_entries for batches,
-- and _write_plan for what was planned. Returns the seq of the new row: who needs the row itself
-- reads it (_newest_entry), and jobs do not.
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
returns bigint
language plpgsql volatile
as $$
declare
  v_seq bigint;
  v_watched boolean;
begin
  -- One statement, so that a trigger on either table sees both.
  with moved as (
    update credits.profiles p
       set credits_remaining = p.credits_remaining + _write_ledger.monthly_delta,
           addon_credits = p.addon_credits + _write_ledger.addon_delta,
           seq = p.seq + 1,
           changed_at = greatest(credits._now(), p.changed_at)
     where p.id = _write_ledger.profile_id
    returning p.seq, p.credits_remaining, p.addon_credits, p.changed_at, p.watched
  ), written as (
    insert into credits.ledger (profile_id, seq, ts, monthly_delta, addon_delta, monthly_balance,
                                addon_balance, job_id, kind, reason, reference, actor)
    select _write_ledger.profile_id, m.seq, m.changed_at, _write_ledger.monthly_delta,
           _write_ledger.addon_delta, m.credits_remaining, m.addon_credits, _write_ledger.job_id,
           _write_ledger.kind, _write_ledger.reason, _write_ledger.reference, _write_ledger.actor
      from moved m
  )
  select m.seq, m.watched into strict v_seq, v_watched
    from moved m;
  if v_watched then
    perform credits._tell(_write_ledger.profile_id, v_seq - 1);
  end if;
  return v_seq;
end
$$;
