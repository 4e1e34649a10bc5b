-- _begin_limit: a limit that begins to count now, with what was drawn in its window already.
-- profile: as the caller has locked it. spend_limit: what it is to be. at: now.

create or replace function credits._begin_limit(
  profile credits.profiles,
  spend_limit credits.limits,
  at timestamptz
)
returns credits.limits
language plpgsql stable
as $$
declare
  v_limit credits.limits := _begin_limit.spend_limit;
  v_window constant credits._window := credits._window_of(
    v_limit.window_name, v_limit.time_zone, _begin_limit.at);
begin
  v_limit.window_start := v_window.window_start;
  v_limit.resets_at := v_window.resets_at;
  v_limit.since_seq := 0;
  if v_limit.window_start is not null then
    v_limit.since_seq := credits._seq_at(
      v_limit.profile_id, (_begin_limit.profile).seq,
      v_limit.window_start - interval '1 microsecond');
  end if;
  v_limit.spent := (
    select coalesce(sum(d.held), 0)::bigint
      from credits._counted_draws(v_limit.profile_id, v_limit.since_seq) d
     where credits._limits_spender(v_limit.spender, d.spender));
  return v_limit;
end
$$;
