-- _catch_up: works off a profile's overdue holds and packs in the order of their deadlines, each as
-- of its own deadline, so that the outcome is the same however late this happens. At the same
-- instant packs go first: credits of a hold then meet a pack that has ended.
-- The caller holds the profile's lock. Returns the profile as it is then.

create or replace function credits._catch_up(profile_id uuid, at timestamptz)
returns credits.profiles
language plpgsql volatile
as $$
declare
  v_job credits.jobs;
  v_pack credits.packs;
  v_profile credits.profiles;
begin
  loop
    select j.* into v_job
      from credits.jobs j
     where j.profile_id = _catch_up.profile_id
       and j.hold_due_at <= _catch_up.at
     order by j.hold_due_at, j.id
     limit 1;
    select k.* into v_pack
      from credits.packs k
     where k.profile_id = _catch_up.profile_id
       and k.remaining > 0
       and k.expires_at <= _catch_up.at
     order by k.expires_at, k.seq
     limit 1;
    exit when v_job.id is null and v_pack.seq is null;

    if v_job.id is null or v_pack.expires_at <= v_job.hold_due_at then
      perform credits._write_ledger(
        v_pack.profile_id, 'lapse', null, 0, -v_pack.remaining,
        format('pack lapse: grant %s (addon: -%s)', v_pack.seq, v_pack.remaining));
      update credits.packs k
         set remaining = 0
       where k.profile_id = v_pack.profile_id
         and k.seq = v_pack.seq;
    else
      perform credits._return_credits(
        v_job, credits._outstanding(v_job), 'expire', 'expired', at => v_job.hold_due_at);
    end if;
  end loop;

  update credits.profiles p
     set next_hold_expiry = (select min(j.hold_due_at)
                               from credits.jobs j
                              where j.profile_id = _catch_up.profile_id
                                and j.hold_due_at is not null),
         next_pack_expiry = (select min(k.expires_at)
                               from credits.packs k
                              where k.profile_id = _catch_up.profile_id
                                and k.remaining > 0)
   where p.id = _catch_up.profile_id
  returning p.* into v_profile;
  return v_profile;
end
$$;
