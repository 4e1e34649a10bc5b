-- _plan_renewals: what the renewals of a batch change, one after another, in memory. A refusal is
-- the answer to its element. Replays have no answer here, nor have elements of profiles that are
-- not locked. Writes nothing.
-- locked: the profiles as the caller has locked them, by ascending id.

create or replace function credits._plan_renewals(
  elements credits._batch_element[],
  locked credits.profiles[]
)
returns credits._credited
language plpgsql volatile
as $$
declare
  v_ids constant uuid[] := array(select p.id from unnest(_plan_renewals.locked) p);
  v_profiles credits.profiles[] := _plan_renewals.locked;
  v_profile credits.profiles;
  v_known credits.renewals;
  v_row credits.renewal;
  v_renewal credits.renewals;
  v_planned credits.renewals[] := array[]::credits.renewals[];
  v_places integer[] := array[]::integer[]; -- of each period: its place in v_planned
  v_entries credits._batch_entry[] := array[]::credits._batch_entry[];
  v_answers credits._batch_answer[] := array[]::credits._batch_answer[];
  v_each record;
  v_detail text;
  v_hint text;
begin
  for v_each in
    select e.position, e.period_start, e.allowance, coalesce(e.rollover_cap, 0) as rollover_cap,
           credits._place_of_profile(e.profile_id, v_ids) as place,
           dense_rank() over (order by e.profile_id, e.period_start) as period_number
      from unnest(_plan_renewals.elements) e
     order by e.position
  loop
    continue when v_each.place is null;
    v_profile := v_profiles[v_each.place];
    begin
      perform credits._check_renewal_arguments(
        v_each.period_start, v_each.allowance, v_each.rollover_cap);
      v_known := v_planned[v_places[v_each.period_number]];
      if v_known.seq is null and v_each.period_start <= v_profile.period_start then
        v_known := credits._begun_renewal(v_profile.id, v_each.period_start);
      end if;
      continue when v_known.allowance = v_each.allowance
                and v_known.rollover_cap = v_each.rollover_cap;
      v_row := credits._plan_renewal(
        v_profile, v_each.period_start, v_each.allowance, v_each.rollover_cap,
        v_known.seq is not null);
    exception when sqlstate 'PT400' or sqlstate 'PT409' or sqlstate 'PT410' then
      get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
      v_answers := v_answers || credits._error_answer(
        v_each.position, sqlstate, sqlerrm, v_detail, v_hint);
      continue;
    end;
    v_answers := v_answers || credits._batch_answer_row(v_each.position, renewal => v_row);
    v_entries := v_entries || row(
      v_profile.id, v_row.seq, null, v_row.new_balance - v_row.previous_balance, 0,
      v_row.allowance + v_row.carried, v_profile.addon_credits,
      credits._renewal_reason(v_row), null, v_row.period_start, null)::credits._batch_entry;
    v_renewal.profile_id := v_profile.id;
    v_renewal.period_start := v_row.period_start;
    v_renewal.seq := v_row.seq;
    v_renewal.allowance := v_row.allowance;
    v_renewal.rollover_cap := v_each.rollover_cap;
    v_renewal.unused := v_profile.credits_remaining;
    v_renewal.carried := v_row.carried;
    v_planned := v_planned || v_renewal;
    v_places[v_each.period_number] := cardinality(v_planned);
    v_profile.credits_remaining := v_row.allowance + v_row.carried;
    v_profile.seq := v_row.seq;
    v_profile.period_start := v_row.period_start;
    v_profiles[v_each.place] := v_profile;
  end loop;
  return row(v_answers, v_entries, v_planned)::credits._credited;
end
$$;
