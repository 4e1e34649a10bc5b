-- _write_correction: the ledger row of a revocation or a reinstatement, also where nothing moves:
-- it keeps the reason and the actor. Returns its seq.
-- moved: what the bucket of the grant or month gets, or gives where it is negative.

create or replace function credits._write_correction(
  source credits._revocable,
  revocation credits.revocations,
  kind text,
  moved bigint,
  reason text,
  actor text
)
returns bigint
language plpgsql volatile
as $$
declare
  v_source constant credits._revocable := _write_correction.source;
  v_is_grant constant boolean := v_source.reference is not null;
begin
  return credits._write_ledger(
    v_source.profile_id, _write_correction.kind, null,
    case when v_is_grant then 0 else _write_correction.moved end,
    case when v_is_grant then _write_correction.moved else 0 end,
    format('%s %s: %s (%s: %s, revocation: %s): %s',
           case when v_is_grant then 'grant' else 'renewal' end,
           _write_correction.kind,
           coalesce(v_source.reference, credits._moment_text(v_source.period_start)),
           case when v_is_grant then 'addon' else 'monthly' end,
           credits._delta_text(_write_correction.moved),
           (_write_correction.revocation).revocation_id,
           _write_correction.reason),
    null, _write_correction.actor);
end
$$;
