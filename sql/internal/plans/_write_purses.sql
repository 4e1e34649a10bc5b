-- _write_purses: writes profiles, and the packs and renewals that were moved with them.

create or replace function credits._write_purses(purses credits._purse[])
returns void
language plpgsql volatile
as $$
begin
  perform credits._write_packs(array(
    select k
      from unnest(_write_purses.purses) u
     cross join unnest(u.packs) k));
  update credits.renewals r
     set unused = w.unused,
         carried = w.carried
    from unnest(_write_purses.purses) u
   cross join unnest(u.renewals) w
   where r.profile_id = w.profile_id
     and r.period_start = w.period_start
     and (r.unused <> w.unused or r.carried <> w.carried);
  update credits.profiles p
     set credits_remaining = (u.profile).credits_remaining,
         addon_credits = (u.profile).addon_credits,
         seq = (u.profile).seq,
         changed_at = case
                        when p.seq = (u.profile).seq then p.changed_at
                        else greatest(credits._now(), p.changed_at)
                      end,
         next_hold_expiry = (u.profile).next_hold_expiry,
         next_pack_expiry = (u.profile).next_pack_expiry
    from unnest(_write_purses.purses) u
   where p.id = (u.profile).id;
end
$$;
