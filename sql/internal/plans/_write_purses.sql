-- _write_purses: writes profiles, and the packs, renewals, revocations and limits that were moved
-- with them. About the ids that stand there twice see _write_jobs.

create or replace function credits._write_purses(purses credits._purse[])
returns void
language plpgsql volatile
as $$
declare
  v_has_packs boolean;
  v_has_renewals boolean;
  v_has_claims boolean;
  v_has_limits boolean;
begin
  select bool_or(u.packs is not null), bool_or(u.renewals is not null),
         bool_or(u.claims is not null), bool_or(u.limits is not null)
    into v_has_packs, v_has_renewals, v_has_claims, v_has_limits
    from unnest(_write_purses.purses) u;
  if v_has_packs then
    perform credits._write_packs(array(
      select k
        from unnest(_write_purses.purses) u
       cross join unnest(u.packs) k));
  end if;
  if v_has_renewals then
    update credits.renewals r
       set unused = w.unused,
           carried = w.carried
      from unnest(_write_purses.purses) u
     cross join unnest(u.renewals) w
     where r.profile_id = w.profile_id
       and r.period_start = w.period_start
       and (r.unused <> w.unused or r.carried <> w.carried);
  end if;
  if v_has_claims then
    update credits.revocations r
       set collected = (w.revocation).collected,
           lapsed = (w.revocation).lapsed,
           newer_outstanding = (w.revocation).newer_outstanding,
           seq = (w.revocation).seq,
           time_left = (w.revocation).time_left
      from unnest(_write_purses.purses) u
     cross join unnest(u.claims) w
     where r.profile_id = (w.revocation).profile_id
       and r.source_seq = (w.revocation).source_seq
       and r.revocation_id = (w.revocation).revocation_id
       and (r.collected, r.lapsed, r.newer_outstanding)
           <> ((w.revocation).collected, (w.revocation).lapsed, (w.revocation).newer_outstanding);
    update credits.renewals r
       set owed = (w.revocation).amount - (w.revocation).collected - (w.revocation).lapsed
      from unnest(_write_purses.purses) u
     cross join unnest(u.claims) w
     where (w.revocation).revocation_id is null
       and (w.revocation).collected + (w.revocation).lapsed > 0
       and r.profile_id = (w.revocation).profile_id
       and r.period_start = w.period_start;
  end if;
  if v_has_limits then
    perform credits._write_limits(array(
      select l
        from unnest(_write_purses.purses) u
       cross join unnest(u.limits) l));
  end if;
  update credits.profiles p
     set credits_remaining = (u.profile).credits_remaining,
         addon_credits = (u.profile).addon_credits,
         uncollected = (u.profile).uncollected,
         seq = (u.profile).seq,
         changed_at = case
                        when p.seq = (u.profile).seq then p.changed_at
                        else greatest(credits._now(), p.changed_at)
                      end,
         next_hold_expiry = (u.profile).next_hold_expiry,
         next_pack_expiry = (u.profile).next_pack_expiry
    from unnest(_write_purses.purses) u
   where p.id = (u.profile).id
     and p.id = any (array(select (w.profile).id from unnest(_write_purses.purses) w));
end
$$;
