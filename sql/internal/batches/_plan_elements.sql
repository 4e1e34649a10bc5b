-- _plan_elements: what elements of a batch change, one after another, in memory: so each profile
-- and its packs are written once, however many elements there are. A refusal is the answer to its
-- element. Elements without effect have no answer here, nor have those of other profiles.
-- All profiles together, since two of them may ask for the same new job: the first gets it that is
-- not refused.
-- elements: in their order. purses: by ascending id, of all profiles that the caller has locked.
-- Returns the purses that have changed, and nulls for the others.

create or replace function credits._plan_elements(
  kind text,
  elements credits._batch_element[],
  purses credits._purse[]
)
returns credits._plan
language plpgsql stable
as $$
declare
  v_now constant timestamptz := credits._now();
  v_purses credits._purse[] := array_fill(
    null::credits._purse, array[cardinality(_plan_elements.purses)]);
  v_planned credits._planned;
  v_change credits._change;
  v_changes credits._change[] := array[]::credits._change[];
  v_answers credits._batch_answer[] := array[]::credits._batch_answer[];
  v_latest integer[] := array[]::integer[]; -- of each job: its place in v_changes
  v_keys integer[] := array[]::integer[]; -- of each key of a partial refund: its place in v_changes
  v_row record;
  v_detail text;
  v_hint text;
begin
  for v_row in
    select e as element, credits._load_change(j) as change,
           credits._place_of_profile(p.id, known.ids) as place,
           dense_rank() over (order by e.job_id) as job_number,
           dense_rank() over (order by e.job_id, e.refund_id) as key_number
      from unnest(_plan_elements.elements) e
      left join credits.jobs j on j.id = e.job_id
      join credits.profiles p
        on p.id = coalesce(
             e.profile_id, case when _plan_elements.kind <> 'reserve' then j.profile_id end)
     cross join (select array(select (u.profile).id
                                from unnest(_plan_elements.purses) u)) known (ids)
     where credits._place_of_profile(p.id, known.ids) is not null
     order by e.position
  loop
    v_change := v_changes[v_latest[v_row.job_number]];
    if v_change is null then
      v_change := v_row.change;
    end if;
    begin
      v_planned := credits._plan_element(
        _plan_elements.kind, v_row.element,
        coalesce(v_purses[v_row.place], _plan_elements.purses[v_row.place]), v_change,
        (v_changes[v_keys[v_row.key_number]]).returned, v_now);
      continue when (v_planned.change).kind is null;
      v_answers := v_answers || credits._change_answer(v_planned.change);
      continue when (v_planned.change).kind = 'replay';
      v_purses[v_row.place] := v_planned.purse;
      v_changes := v_changes || v_planned.change;
      v_latest[v_row.job_number] := cardinality(v_changes);
      v_keys[v_row.key_number] := cardinality(v_changes);
    exception when sqlstate 'PT400' or sqlstate 'PT402' or sqlstate 'PT409' or sqlstate 'PT410' then
      get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
      v_answers := v_answers || credits._error_answer(
        (v_row.element).position, sqlstate, sqlerrm, v_detail, v_hint);
    end;
  end loop;
  return row(v_purses, v_changes, v_answers)::credits._plan;
end
$$;
