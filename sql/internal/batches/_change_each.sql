-- _change_each: makes elements of a batch that change something but are not simple, and answers
-- them: planned profile by profile, and written together.
-- locked: the profiles as the caller has locked them; others are left alone.

create or replace function credits._change_each(
  kind text,
  elements credits._batch_element[],
  locked credits.profiles[]
)
returns credits._batch_answer[]
language plpgsql volatile
as $$
declare
  v_plan credits._plan;
  v_all credits._plan;
  v_group record;
begin
  if cardinality(_change_each.elements) = 0 then
    return null;
  end if;
  for v_group in
    select p.id, array_agg(e order by e.position) as elements
      from unnest(_change_each.elements) e
      left join credits.jobs j on j.id = e.job_id and _change_each.kind <> 'reserve'
      join credits.profiles p on p.id = coalesce(e.profile_id, j.profile_id)
     where p.id = any (array(select l.id from unnest(_change_each.locked) l))
     group by p.id
  loop
    v_plan := credits._plan_profile(
      _change_each.kind,
      (select p from credits.profiles p where p.id = v_group.id), -- it may have moved since
      v_group.elements);
    v_all.answers := v_all.answers || v_plan.answers;
    if cardinality(v_plan.changes) > 0 then
      v_all.purses := v_all.purses || v_plan.purses;
      v_all.changes := v_all.changes || v_plan.changes;
    end if;
  end loop;
  if v_all.changes is not null then
    perform credits._write_plan(v_all.purses, v_all.changes);
  end if;
  return v_all.answers;
end
$$;
