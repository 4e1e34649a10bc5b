-- _bring_up_to_date: processes a profile's overdue holds and packs in the order of their deadlines,
-- each as of its own deadline, so that the outcome is the same however late this happens: no result
-- depends on when a sweeper runs. At the same instant packs go first: credits of a hold then meet a
-- pack that has ended.
-- profile: as the caller has locked it. Returns the profile as it is then.

create or replace function credits._bring_up_to_date(profile credits.profiles)
returns credits.profiles
language plpgsql volatile
as $$
declare
  v_profile credits.profiles := _bring_up_to_date.profile;
  v_now timestamptz;
  v_job credits.jobs;
  v_pack credits.packs;
begin
  if v_profile.next_hold_expiry is null and v_profile.next_pack_expiry is null then
    return v_profile;
  end if;
  v_now := credits._now();
  if least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) > v_now then
    return v_profile;
  end if;

  loop
    select j.* into v_job
      from credits.jobs j
     where j.profile_id = v_profile.id
       and j.hold_due_at <= v_now
     order by j.hold_due_at, j.id
     limit 1;
    select k.* into v_pack
      from credits.packs k
     where k.profile_id = v_profile.id
       and k.remaining > 0
       and k.expires_at <= v_now
     order by k.expires_at, k.seq
     limit 1;
    exit when v_job.id is null and v_pack.seq is null;

    if v_job.id is null or v_pack.expires_at <= v_job.hold_due_at then
      perform credits._write_ledger(
        v_pack.profile_id, 'lapse', null, 0, -v_pack.remaining,
        format('pack lapse: grant %s (addon: -%s)', v_pack.seq, v_pack.remaining));
      update credits.packs k
         set remaining = 0,
             lapsed = k.lapsed + k.remaining
       where k.profile_id = v_pack.profile_id
         and k.seq = v_pack.seq;
    else
      perform credits._return_credits(
        v_profile, v_job, credits._outstanding(v_job), 'expire', 'expired',
        at => v_job.hold_due_at);
    end if;
  end loop;

  update credits.profiles p
     set next_hold_expiry = (select min(j.hold_due_at)
                               from credits.jobs j
                              where j.profile_id = v_profile.id
                                and j.hold_due_at is not null),
         next_pack_expiry = (select min(k.expires_at)
                               from credits.packs k
                              where k.profile_id = v_profile.id
                                and k.remaining > 0)
   where p.id = v_profile.id
  returning p.* into v_profile;
  return v_profile;
end
$$;
