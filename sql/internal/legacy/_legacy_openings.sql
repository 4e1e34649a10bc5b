-- _legacy_openings: which monthly buckets before the first row of a history lead to the monthly
-- bucket at its end: {lowest, highest}, highest null for any; null where none does.
-- After each row the bucket is greatest(opening + shift, least_possible): deductions stop at zero,
-- and an opening that leads below zero is none.

create or replace function credits._legacy_openings(
  history credits.legacy_entries[],
  monthly bigint
)
returns bigint[]
language plpgsql immutable
as $$
declare
  v_entry credits.legacy_entries;
  v_shift bigint := 0::bigint;
  v_least bigint;
  v_lowest bigint := 0::bigint;
  v_change bigint;
begin
  foreach v_entry in array _legacy_openings.history loop
    continue when v_entry.kind = 'addon';
    v_change := v_entry.delta + case
      when v_entry.kind = 'deduct' then coalesce(v_entry.stated_addon, 0)
      when v_entry.kind = 'refund' then -coalesce(v_entry.stated_addon, 0)
      else 0
    end;
    v_shift := v_shift + v_change;
    v_least := v_least + v_change;
    if v_entry.kind = 'deduct' and v_entry.stated_addon is null then
      v_least := greatest(v_least, 0);
    elsif v_entry.kind = 'reset_to' then
      v_shift := null;
      v_least := v_entry.delta;
    end if;
    if coalesce(v_least, -1) < 0 then
      v_lowest := greatest(v_lowest, -v_shift);
    end if;
  end loop;

  if _legacy_openings.monthly < v_least then
    return null;
  elsif v_shift is null then
    return case
      when _legacy_openings.monthly = v_least then array[v_lowest, null]::bigint[]
    end;
  elsif _legacy_openings.monthly = v_least then
    return case when v_least - v_shift >= v_lowest then array[v_lowest, v_least - v_shift] end;
  end if;
  return case
    when _legacy_openings.monthly - v_shift >= v_lowest
      then array[_legacy_openings.monthly - v_shift, _legacy_openings.monthly - v_shift]
  end;
end
$$;
