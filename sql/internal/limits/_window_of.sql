-- _window_of: the window of a limit that a moment lies in: a day, a week from Monday on or a month
-- of the calendar in a time zone; nulls for total.
-- Pure. Windows follow each other without a gap: where the clock was set back over midnight, or a
-- whole day was skipped, the window is the later one.

create or replace function credits._window_of(window_name text, time_zone text, at timestamptz)
returns credits._window
language plpgsql immutable
as $$
declare
  v_length constant interval := case _window_of.window_name
                                  when 'day' then interval '1 day'
                                  when 'week' then interval '7 days'
                                  when 'month' then interval '1 month'
                                end;
  v_day timestamp;
  v_window credits._window;
begin
  if v_length is null then
    return v_window;
  end if;
  v_day := date_trunc(_window_of.window_name, _window_of.at at time zone _window_of.time_zone);
  loop
    v_window.window_start := credits._beginning_of_day(v_day, _window_of.time_zone);
    v_day := v_day + v_length;
    v_window.resets_at := credits._beginning_of_day(v_day, _window_of.time_zone);
    exit when v_window.resets_at > _window_of.at;
  end loop;
  return v_window;
end
$$;
