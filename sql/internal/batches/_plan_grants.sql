-- _plan_grants: what the grants of a batch change, one after another, in memory. A refusal is the
-- answer to its element. A reference that its profile was granted before has no answer here, nor
-- have elements of profiles that are not locked. Writes nothing.
-- locked: the profiles as the caller has locked them, by ascending id. is_exclusive: only one
-- profile may be granted a reference.

create or replace function credits._plan_grants(
  elements credits._batch_element[],
  locked credits.profiles[],
  is_exclusive boolean
)
returns credits._credited
language plpgsql volatile
as $$
declare
  v_ids constant uuid[] := array(select p.id from unnest(_plan_grants.locked) p);
  v_profiles credits.profiles[] := _plan_grants.locked;
  v_profile credits.profiles;
  v_row credits.grant_result;
  v_owners uuid[] := array[]::uuid[]; -- of each reference: who is granted it here
  v_keys boolean[] := array[]::boolean[]; -- of each reference of a profile: whether it is granted
  v_entries credits._batch_entry[] := array[]::credits._batch_entry[];
  v_answers credits._batch_answer[] := array[]::credits._batch_answer[];
  v_each record;
  v_detail text;
  v_hint text;
begin
  for v_each in
    select e.position, e.amount, e.reference, e.expires_at, coalesce(e.kind, 'paid') as kind,
           coalesce(e.priority, 0) as priority, e.reason,
           credits._place_of_profile(e.profile_id, v_ids) as place,
           dense_rank() over (order by e.reference) as reference_number,
           dense_rank() over (order by e.reference, e.profile_id) as key_number
      from unnest(_plan_grants.elements) e
     order by e.position
  loop
    continue when v_each.place is null;
    v_profile := v_profiles[v_each.place];
    begin
      perform credits._check_grant_arguments(
        v_each.amount, v_each.reference, v_each.expires_at, v_each.kind, v_each.priority,
        v_each.reason);
      continue when v_keys[v_each.key_number]
                 or exists (select from credits.addon_grants g
                             where g.reference = v_each.reference
                               and g.profile_id = v_profile.id);
      v_row := credits._plan_grant(v_profile, v_each.amount, v_each.reference, v_each.expires_at,
                                   v_each.kind, v_each.priority);
      if _plan_grants.is_exclusive
         and (v_owners[v_each.reference_number] is not null
              or exists (select from credits.addon_grants g
                          where g.reference = v_each.reference)) then
        perform credits._refuse_shared_reference(v_profile.id);
      end if;
    exception when sqlstate 'PT400' or sqlstate 'PT409' or sqlstate 'PT410' then
      get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
      v_answers := v_answers || credits._error_answer(
        v_each.position, sqlstate, sqlerrm, v_detail, v_hint);
      continue;
    end;
    v_answers := v_answers || credits._batch_answer_row(v_each.position, granted => v_row);
    v_entries := v_entries || row(
      v_profile.id, v_row.seq, null, 0, v_row.amount, v_profile.credits_remaining,
      v_profile.addon_credits + v_row.amount,
      credits._grant_reason(v_row.reference, v_row.amount, v_each.reason),
      v_row.reference, null, v_row.expires_at)::credits._batch_entry;
    v_owners[v_each.reference_number] := v_profile.id;
    v_keys[v_each.key_number] := true;
    v_profile.addon_credits := v_profile.addon_credits + v_row.amount;
    v_profile.seq := v_row.seq;
    v_profiles[v_each.place] := v_profile;
  end loop;
  return row(v_answers, v_entries, null)::credits._credited;
end
$$;
