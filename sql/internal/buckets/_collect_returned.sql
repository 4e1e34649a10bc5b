-- _collect_returned: a part of what a job gave back goes to the revocations that wait for it, the
-- oldest first: of what stayed each collects what it lacks, and what lapsed has lapsed for it too.
-- The caller holds the profile's lock, moves the balance itself and writes the next ledger row.
-- sources: the grants or the month that the credits may have come from; drawn_seq: the ledger row
-- that drew them; amount: how many came back; lapsed: the part of them that lapsed at once;
-- time_left: of the pack that they went back to.
-- Returns what was collected. Writes: revocations, profiles, and for a pack: packs.

create or replace function credits._collect_returned(
  profile_id uuid,
  sources bigint[],
  drawn_seq bigint,
  amount bigint,
  lapsed bigint,
  time_left interval default null
)
returns bigint
language plpgsql volatile
as $$
declare
  v_stayed bigint := _collect_returned.amount - _collect_returned.lapsed;
  v_lapsed bigint := _collect_returned.lapsed;
  v_collected bigint;
  v_revocation credits.revocations;
begin
  for v_revocation in
    select r.*
      from credits.revocations r
     where r.profile_id = _collect_returned.profile_id
       and r.source_seq = any (_collect_returned.sources)
       and r.collected + r.lapsed < r.amount
       and r.source_seq < _collect_returned.drawn_seq
       and r.opened_seq > _collect_returned.drawn_seq
     order by r.opened_seq
  loop
    exit when v_stayed + v_lapsed = 0;
    v_collected := least(
      v_stayed, v_revocation.amount - v_revocation.collected - v_revocation.lapsed);
    v_stayed := v_stayed - v_collected;
    v_revocation.collected := v_revocation.collected + v_collected;
    if v_collected > 0 then
      v_revocation.time_left := greatest(v_revocation.time_left, _collect_returned.time_left);
      v_revocation.seq := (
        select p.seq + 1 from credits.profiles p where p.id = _collect_returned.profile_id);
      update credits.packs k
         set remaining = k.remaining - v_collected
       where k.profile_id = v_revocation.profile_id
         and k.seq = v_revocation.source_seq;
    end if;
    v_collected := least(
      v_lapsed, v_revocation.amount - v_revocation.collected - v_revocation.lapsed);
    v_lapsed := v_lapsed - v_collected;
    v_revocation.lapsed := v_revocation.lapsed + v_collected;
    perform credits._write_revocation(v_revocation);
  end loop;
  return _collect_returned.amount - _collect_returned.lapsed - v_stayed;
end
$$;
