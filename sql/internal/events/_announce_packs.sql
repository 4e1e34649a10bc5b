-- _announce_packs: tells of packs that will soon expire, each once. Profiles that are locked are
-- skipped, and so are those with overdue holds, which may still fill a pack: who comes next tells
-- of their packs. A pack that is empty now is told of when something has come back to it.
-- at: what is to be told by then is told. at_most: how many packs.
-- Locks: profiles, one after the other, and never waits.
-- Writes: packs, events.

create or replace function credits._announce_packs(at timestamptz, at_most bigint)
returns void
language plpgsql volatile
as $$
declare
  v_pack record;
  v_now timestamptz;
  v_left bigint := _announce_packs.at_most;
begin
  for v_pack in
    select k.profile_id, k.seq
      from credits.packs k
     where k.notice_at <= _announce_packs.at
       and k.remaining > 0
       and not exists (select from credits.jobs j
                        where j.profile_id = k.profile_id
                          and j.hold_due_at <= _announce_packs.at)
     order by k.notice_at, k.profile_id, k.seq
  loop
    exit when v_left = 0;
    continue when not credits._try_lock_profile(v_pack.profile_id);
    -- Another call may have told something of this profile since this one began.
    v_now := credits._now();
    perform credits._write_event(
              a, k.seq, 'pack.expiring', '', greatest(v_now, p.changed_at),
              jsonb_build_object('grant_seq', k.seq, 'reference', g.reference,
                                 'remaining', k.remaining, 'expires_at', k.expires_at))
       from credits.packs k
       join credits.profiles p on p.id = k.profile_id
       join credits.alerts a on a.profile_id = k.profile_id
       join credits.addon_grants g on g.profile_id = k.profile_id and g.seq = k.seq
      where k.profile_id = v_pack.profile_id
        and k.seq = v_pack.seq
        and k.notice_at <= _announce_packs.at
        and k.remaining > 0
        and k.expires_at > v_now;
    update credits.packs k
       set notice_at = 'infinity'
     where k.profile_id = v_pack.profile_id
       and k.seq = v_pack.seq
       and k.notice_at <= _announce_packs.at
       and k.remaining > 0;
    v_left := v_left - 1;
  end loop;
end
$$;
