-- _crossings: by which ledger rows a profile became low or depleted, or is not so any more: THE
-- rule of alerts. Each row that leaves less than the threshold makes it so, unless it is already;
-- only a row that adds credits ends it.
-- alert: its thresholds. after_seq: rows after this one; low, depleted: what it was then.

create or replace function credits._crossings(
  alert credits.alerts,
  after_seq bigint,
  low boolean,
  depleted boolean
)
returns setof credits._crossing
language plpgsql stable
as $$
declare
  v_entry credits.ledger;
  v_balance bigint;
  v_threshold bigint;
  v_kind text;
  v_below boolean;
  v_was jsonb := jsonb_build_object('credits.low', _crossings.low,
                                    'credits.depleted', _crossings.depleted);
begin
  for v_entry in
    select l.*
      from credits.ledger l
     where l.profile_id = (_crossings.alert).profile_id
       and l.seq > _crossings.after_seq
     order by l.seq
  loop
    v_balance := v_entry.monthly_balance + v_entry.addon_balance;
    for v_kind, v_threshold in
      values ('credits.low', (_crossings.alert).low_balance), ('credits.depleted', 1)
    loop
      v_below := coalesce(v_balance < v_threshold, false);
      if v_below <> (v_was ->> v_kind)::boolean
         and (v_below or credits._adds_credits(v_entry)) then
        v_was := v_was || jsonb_build_object(v_kind, v_below);
        return next row(v_entry.seq, v_entry.ts, v_balance, v_kind, v_below)::credits._crossing;
      end if;
    end loop;
  end loop;
end
$$;
