-- _recompute_legacy: plays a history through, twice at once. In the actual books a deduction took
-- monthly first and a refund put everything into the monthly bucket, unless it states otherwise. In
-- the right books each refund goes back to where its job's credits came from, addon first.
-- opening: the monthly bucket before the first row; null where nothing can be said about it at any
-- time: then all that is not stated was monthly and no refund arrived, or with most_addon all was
-- addon and each did. most_addon also says what a refunded job took before the history begins.
-- Pure. addon_parts has a place for each row.

create or replace function credits._recompute_legacy(
  history credits.legacy_entries[],
  opening bigint,
  most_addon boolean
)
returns credits._legacy_books
language plpgsql immutable
as $$
declare
  c_known constant boolean := _recompute_legacy.opening is not null;
  c_arrived constant integer := (c_known or _recompute_legacy.most_addon)::integer;
  v_entry credits.legacy_entries;
  v_monthly bigint := coalesce(_recompute_legacy.opening, 0);
  v_right_monthly bigint := v_monthly;
  v_addon bigint := 0::bigint;
  v_lost bigint := 0::bigint;
  v_parts bigint[] := array_fill(0::bigint, array[cardinality(_recompute_legacy.history)]);
  -- What each job still holds, at the place of its first deduction: in all, and of addon.
  v_held bigint[] := v_parts;
  v_held_addon bigint[] := v_parts;
  v_held_right_addon bigint[] := v_parts;
  v_job integer;
  v_part bigint;
  v_right_part bigint;
  v_back bigint;
begin
  foreach v_entry in array _recompute_legacy.history loop
    v_job := v_entry.job_position;
    if v_entry.kind = 'deduct' then
      v_part := case
        when v_entry.stated_addon is not null then -v_entry.delta - v_entry.stated_addon
        when c_known then least(-v_entry.delta, greatest(v_monthly, 0))
        when _recompute_legacy.most_addon then 0
        else -v_entry.delta
      end;
      v_right_part := least(v_part, greatest(v_right_monthly, 0)); -- which never has more
      v_monthly := v_monthly - v_part;
      v_addon := v_addon + v_entry.delta + v_part;
      v_right_monthly := v_right_monthly - v_right_part;
      v_lost := v_lost + case when c_known then v_right_part - v_part else 0 end;
      v_parts[v_entry.position] := -v_entry.delta - v_part;
      v_held[v_job] := v_held[v_job] - v_entry.delta;
      v_held_addon[v_job] := v_held_addon[v_job] - v_entry.delta - v_part;
      v_held_right_addon[v_job] := v_held_right_addon[v_job] - v_entry.delta - v_right_part;
    elsif v_entry.kind = 'refund' then
      if v_job is null then
        v_part := case when _recompute_legacy.most_addon then v_entry.delta else 0 end;
        v_right_part := v_part;
      else
        v_back := least(v_entry.delta, v_held[v_job]);
        v_part := least(v_back, v_held_addon[v_job]);
        v_right_part := least(v_back, v_held_right_addon[v_job]);
        v_held[v_job] := v_held[v_job] - v_back;
        v_held_addon[v_job] := v_held_addon[v_job] - v_part;
        v_held_right_addon[v_job] := v_held_right_addon[v_job] - v_right_part;
      end if;
      v_monthly := v_monthly + v_entry.delta - coalesce(v_entry.stated_addon, 0);
      v_addon := v_addon + coalesce(v_entry.stated_addon, 0);
      v_right_monthly := v_right_monthly + v_entry.delta - v_right_part;
      v_parts[v_entry.position] :=
        c_arrived * greatest(v_part - coalesce(v_entry.stated_addon, 0), 0);
      v_lost := v_lost + case when c_known then v_right_part - coalesce(v_entry.stated_addon, 0)
                              else v_parts[v_entry.position] end;
    elsif v_entry.kind = 'addon' then
      v_addon := v_addon + v_entry.delta;
    elsif v_entry.kind in ('open', 'monthly') then
      v_monthly := v_monthly + v_entry.delta;
      v_right_monthly := v_right_monthly + v_entry.delta;
    elsif v_entry.kind in ('reset', 'reset_to') then
      v_monthly := v_entry.delta + case v_entry.kind when 'reset' then v_monthly else 0 end;
      v_right_monthly := v_monthly; -- a new month forgets the difference
    end if;
  end loop;
  return row(v_monthly, v_addon, greatest(v_lost, 0),
             case when c_known then greatest(v_monthly - v_right_monthly, 0) else v_lost end,
             v_parts)::credits._legacy_books;
end
$$;
