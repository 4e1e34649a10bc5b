-- _write_revocation: writes a revocation as it is now, and what all revocations of its profile
-- still have to collect. The caller holds the profile's lock.
-- Writes: revocations, profiles.

create or replace function credits._write_revocation(revocation credits.revocations)
returns void
language plpgsql volatile
as $$
declare
  v_revocation constant credits.revocations := _write_revocation.revocation;
begin
  insert into credits.revocations as r (
    profile_id, source_seq, revocation_id, requested, amount, collected, lapsed, newer_outstanding,
    opened_seq, seq, ended_at, time_left)
  values (
    v_revocation.profile_id, v_revocation.source_seq, v_revocation.revocation_id,
    v_revocation.requested, v_revocation.amount, v_revocation.collected, v_revocation.lapsed,
    v_revocation.newer_outstanding, v_revocation.opened_seq, v_revocation.seq,
    v_revocation.ended_at, v_revocation.time_left)
  on conflict on constraint revocations_pkey do update
     set amount = excluded.amount,
         collected = excluded.collected,
         lapsed = excluded.lapsed,
         newer_outstanding = excluded.newer_outstanding,
         seq = excluded.seq,
         ended_at = excluded.ended_at,
         time_left = excluded.time_left;
  perform credits._write_uncollected(v_revocation.profile_id);
end
$$;
