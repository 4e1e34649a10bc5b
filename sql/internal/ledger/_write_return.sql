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
  v_balance constant bigint :=
    (_write_return.profile).credits_remaining + (_write_return.profile).addon_credits;
  v_seq bigint := (_write_return.profile).seq;
begin
  if _write_return.monthly + _write_return.addon > 0 then
    v_seq := (credits._write_ledger(
      (_write_return.profile).id, _write_return.kind, _write_return.job_id, _write_return.monthly,
      _write_return.addon,
      credits._job_reason(_write_return.kind, _write_return.job_id, '+', _write_return.monthly,
                          _write_return.addon, _write_return.note),
      watched => (_write_return.profile).watched)).seq;
  end if;
  return row(_write_return.monthly, _write_return.addon, 0, 0, 0, 0, v_balance,
             v_balance + _write_return.monthly + _write_return.addon, v_seq)::credits._returned;
end
$$;
