-- _expire: processes the first of a profile's overdue holds and packs, at most so many, in the
-- order of their deadlines and each as of its own deadline: the outcome is the same however late
-- this happens. At the same instant packs go first: credits of a hold then meet a pack that has
-- ended. profile: as the caller has locked it. at: now; what is due then is overdue.
-- Returns what it has written: the profile, and a change for each hold and each pack.

create or replace function credits._expire(
  profile credits.profiles,
  at timestamptz,
  at_most bigint
)
returns credits._plan
language plpgsql volatile
as $$
declare
  v_planned credits._planned;
  v_profile credits.profiles := _expire.profile;
  v_lapsed credits._plan;
  v_change credits._change;
  v_changes credits._change[] := array[]::credits._change[];
  v_holds bigint := 0::bigint;
  v_due record;
begin
  v_planned.purse := credits._load_purse(
    v_profile,
    array(select j
            from credits.jobs j
           where j.profile_id = v_profile.id
             and j.hold_due_at <= _expire.at
             and (j.pack_deducted > 0 or j.period_start is distinct from v_profile.period_start
                  or v_profile.limited)
           order by j.hold_due_at, j.id
           limit _expire.at_most),
    draws => false);
  if v_profile.next_pack_expiry <= _expire.at then
    v_planned.purse.packs := credits._load_due_packs(
      v_profile.id, (v_planned.purse).packs, _expire.at, _expire.at_most);
  end if;
  for v_due in
    (select credits._load_change(j) as change, j.hold_due_at as at
       from credits.jobs j
      where j.profile_id = v_profile.id
        and j.hold_due_at <= _expire.at
      order by j.hold_due_at, j.id
      limit _expire.at_most)
    union all
    select null, _expire.at
  loop
    if ((v_planned.purse).profile).next_pack_expiry <= v_due.at then
      v_lapsed := credits._plan_lapses(
        v_planned.purse, v_due.at, _expire.at_most - cardinality(v_changes));
      v_planned.purse := v_lapsed.purses[1];
      v_changes := v_changes || v_lapsed.changes;
    end if;
    exit when v_due.change is null or cardinality(v_changes) = _expire.at_most;
    v_change := v_due.change;
    v_planned := credits._plan_return(
      v_planned.purse, v_change, credits._outstanding(v_change.job), 'expire', 'expired',
      v_due.at, _expire.at);
    v_changes := v_changes || v_planned.change;
    v_holds := v_holds + 1;
  end loop;

  v_profile := (v_planned.purse).profile;
  v_profile.next_hold_expiry := (
    select j.hold_due_at
      from credits.jobs j
     where j.profile_id = v_profile.id
       and j.hold_due_at is not null
     order by j.hold_due_at, j.id
    offset v_holds
     limit 1);
  if v_lapsed.purses is not null then -- which knows no other packs than those here
    v_profile.next_pack_expiry := least(v_profile.next_pack_expiry, (
      select min(k.expires_at)
        from credits.packs k
       where k.profile_id = v_profile.id
         and k.remaining > 0
         and k.seq <> all (array(select d.seq from unnest((v_planned.purse).packs) d))));
  end if;
  v_planned.purse.profile := v_profile;
  perform credits._write_plan(array[v_planned.purse], v_changes);
  return row(array[v_planned.purse], v_changes, null)::credits._plan;
end
$$;
