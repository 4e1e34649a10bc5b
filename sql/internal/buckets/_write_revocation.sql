-- _write_revocation: writes what is revoked of a grant now. The caller holds the profile's lock.
-- Writes: revocations.

create or replace function credits._write_revocation(revocation credits.revocations)
returns void
language plpgsql volatile
as $$
begin
  update credits.revocations r
     set amount = (_write_revocation.revocation).amount,
         collected = (_write_revocation.revocation).collected,
         time_left = (_write_revocation.revocation).time_left,
         seq = (_write_revocation.revocation).seq
   where r.profile_id = (_write_revocation.revocation).profile_id
     and r.grant_seq = (_write_revocation.revocation).grant_seq;
  if not found then
    insert into credits.revocations (profile_id, grant_seq, seq, amount, collected, time_left)
    values ((_write_revocation.revocation).profile_id, (_write_revocation.revocation).grant_seq,
            (_write_revocation.revocation).seq, (_write_revocation.revocation).amount,
            (_write_revocation.revocation).collected, (_write_revocation.revocation).time_left);
  end if;
end
$$;
