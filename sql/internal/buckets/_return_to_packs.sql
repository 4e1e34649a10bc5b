-- _return_to_packs: gives the addon part of one draw back: the perpetual credits, which were drawn
-- last, first; then the packs, the last one first. Returns what lapses.
-- outstanding is what the job holds of this draw's addon credits before the return.

create or replace function credits._return_to_packs(
  job credits.jobs,
  draw smallint,
  outstanding bigint,
  amount bigint,
  at timestamptz
)
returns bigint
language plpgsql volatile
as $$
declare
  v_draw credits.pack_draws;
  v_left bigint;
  v_back bigint;
  v_lapsed bigint := 0::bigint;
begin
  -- Packs get what the perpetual part does not cover.
  select _return_to_packs.amount - _return_to_packs.outstanding
         + coalesce(sum(d.amount - d.returned), 0)::bigint
    into v_left
    from credits.pack_draws d
   where d.profile_id = (_return_to_packs.job).profile_id
     and d.job_id = (_return_to_packs.job).id
     and d.draw = _return_to_packs.draw;

  for v_draw in
    select d.*
      from credits.pack_draws d
     where d.profile_id = (_return_to_packs.job).profile_id
       and d.job_id = (_return_to_packs.job).id
       and d.draw = _return_to_packs.draw
       and d.returned < d.amount
     order by d.position desc
  loop
    exit when v_left <= 0;
    v_back := least(v_left, v_draw.amount - v_draw.returned);
    v_left := v_left - v_back;
    v_lapsed := v_lapsed + credits._fill_pack(
      v_draw.profile_id, v_draw.pack_seq, v_back, v_draw.time_left, _return_to_packs.at);
    update credits.pack_draws d
       set returned = d.returned + v_back
     where d.profile_id = v_draw.profile_id
       and d.job_id = v_draw.job_id
       and d.draw = v_draw.draw
       and d.position = v_draw.position;
  end loop;
  return v_lapsed;
end
$$;
