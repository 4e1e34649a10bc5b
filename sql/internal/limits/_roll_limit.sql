-- _roll_limit: a limit as it is at a moment: once its window is over, the next one begins empty.
-- Pure. seq: the newest ledger row before: nothing of this spender was drawn in the new window yet,
-- since every draw looks here first.

create or replace function credits._roll_limit(
  spend_limit credits.limits,
  at timestamptz,
  seq bigint
)
returns credits.limits
language plpgsql immutable
as $$
declare
  v_limit credits.limits := _roll_limit.spend_limit;
  v_window credits._window;
begin
  if v_limit.resets_at <= _roll_limit.at then
    v_window := credits._window_of(v_limit.window_name, v_limit.time_zone, _roll_limit.at);
    v_limit.window_start := v_window.window_start;
    v_limit.resets_at := v_window.resets_at;
    v_limit.since_seq := _roll_limit.seq;
    v_limit.spent := 0;
  end if;
  return v_limit;
end
$$;
