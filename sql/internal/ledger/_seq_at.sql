-- _seq_at: the newest ledger row of a profile at a moment, inclusive, in logarithmic time; 0 before
-- the first one. ts ascends with seq, so the key finds a moment without an index of its own.
-- newest: the profile's newest row of all.

create or replace function credits._seq_at(profile_id uuid, newest bigint, at timestamptz)
returns bigint
language plpgsql stable
as $$
declare
  v_low bigint := 0::bigint;
  v_high bigint := _seq_at.newest;
  v_middle bigint;
begin
  while v_low < v_high loop
    v_middle := (v_low + v_high + 1) / 2;
    if (select l.ts from credits.ledger l
         where l.profile_id = _seq_at.profile_id and l.seq = v_middle) <= _seq_at.at then
      v_low := v_middle;
    else
      v_high := v_middle - 1;
    end if;
  end loop;
  return v_low;
end
$$;
