-- _write_ledger: the only place where a balance changes and the only insert into the ledger, so
-- that both always move by the same amounts. Returns the new ledger row.
-- The caller holds the profile's lock: that makes seq gapless and ts ascend with it.

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
  v_entry credits.ledger;
begin
  update credits.profiles p
     set credits_remaining = p.credits_remaining + _write_ledger.monthly_delta,
         addon_credits = p.addon_credits + _write_ledger.addon_delta,
         seq = p.seq + 1
   where p.id = _write_ledger.profile_id
  returning p.seq, p.credits_remaining, p.addon_credits
       into v_entry.seq, v_entry.monthly_balance, v_entry.addon_balance;

  v_entry.profile_id := _write_ledger.profile_id;
  v_entry.ts := credits._now();
  v_entry.kind := _write_ledger.kind;
  v_entry.job_id := _write_ledger.job_id;
  v_entry.monthly_delta := _write_ledger.monthly_delta;
  v_entry.addon_delta := _write_ledger.addon_delta;
  v_entry.reason := _write_ledger.reason;
  v_entry.reference := _write_ledger.reference;
  v_entry.actor := _write_ledger.actor;
  insert into credits.ledger values (v_entry.*);
  return v_entry;
end
$$;
