-- _write_return: plain credits of a job come back to the two buckets: the ledger row, if there is
-- anything to say, and what was moved.
-- profile: as the caller has locked it.

create or replace function credits._write_return(
  profile credits.profiles,
  kind text,
  job_id uuid,
  monthly bigint,
  addon bigint,
  note text default null
)
returns credits._returned
language plpgsql volatile
as $$
declare
  v_returned credits._returned;
begin
  v_returned.monthly := _write_return.monthly;
  v_returned.addon := _write_return.addon;
  v_returned.monthly_lapsed := 0;
  v_returned.addon_lapsed := 0;
  v_returned.monthly_revoked := 0;
  v_returned.addon_revoked := 0;
  v_returned.previous_balance :=
    (_write_return.profile).credits_remaining + (_write_return.profile).addon_credits;
  v_returned.new_balance := v_returned.previous_balance + v_returned.monthly + v_returned.addon;
  v_returned.seq := (_write_return.profile).seq;
  if v_returned.monthly + v_returned.addon > 0 then
    v_returned.seq := (credits._write_ledger(
      (_write_return.profile).id, _write_return.kind, _write_return.job_id, v_returned.monthly,
      v_returned.addon,
      credits._job_reason(_write_return.kind, _write_return.job_id, '+', v_returned.monthly,
                          v_returned.addon, _write_return.note))).seq;
  end if;
  return v_returned;
end
$$;
