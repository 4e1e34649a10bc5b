-- _plan_profile: what the elements of a batch that are about one profile change, one after another,
-- in memory: so the profile and its packs are written once, however many elements there are. A
-- refusal is the answer to its element. Elements without effect have no answer here.
-- profile: as the caller has locked it, up to date. elements: in their order.

create or replace function credits._plan_profile(
  kind text,
  profile credits.profiles,
  elements credits._batch_element[]
)
returns credits._plan
language plpgsql stable
as $$
declare
  v_now constant timestamptz := credits._now();
  v_planned credits._planned;
  v_purse credits._purse;
  v_change credits._change;
  v_changes credits._change[] := '{}';
  v_answers credits._batch_answer[] := '{}';
  v_latest integer[] := '{}'; -- of each job: its place in v_changes
  v_keys boolean[] := '{}';   -- of each key of a partial refund: whether it was used just now
  v_row record;
  v_detail text;
  v_hint text;
begin
  v_purse := credits._load_purse(
    _plan_profile.profile,
    array(select j
            from credits.jobs j
           where j.id = any (array(select e.job_id from unnest(_plan_profile.elements) e))
             and _plan_profile.kind <> 'reserve'),
    draws => _plan_profile.kind <> 'refund');
  for v_row in
    select e as element, j as job, credits._draws_of(j) as draws,
           dense_rank() over (order by e.job_id) as job_number,
           dense_rank() over (order by e.job_id, e.refund_id) as key_number
      from unnest(_plan_profile.elements) e
      left join credits.jobs j on j.id = e.job_id
     order by e.position
  loop
    continue when (v_row.element).refund_id is not null and v_keys[v_row.key_number];
    v_change := v_changes[v_latest[v_row.job_number]];
    if v_change is null then
      v_change.job := v_row.job;
      v_change.draws := v_row.draws;
    end if;
    begin
      v_planned := credits._plan_element(
        _plan_profile.kind, v_row.element, v_purse, v_change, v_now);
      continue when (v_planned.change).kind is null;
      v_purse := v_planned.purse;
      v_changes := v_changes || v_planned.change;
      v_latest[v_row.job_number] := cardinality(v_changes);
      v_keys[v_row.key_number] := true;
      v_answers := v_answers || credits._change_answer(v_planned.change);
    exception when sqlstate 'PT400' or sqlstate 'PT402' or sqlstate 'PT409' or sqlstate 'PT410' then
      get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
      v_answers := v_answers || credits._error_answer(
        (v_row.element).position, sqlstate, sqlerrm, v_detail, v_hint);
    end;
  end loop;
  return row(array[v_purse], v_changes, v_answers)::credits._plan;
end
$$;
