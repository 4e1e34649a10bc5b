-- _legacy_account: what a history says, given the buckets that it ended with.
-- complete: from nothing, it leads to them. truncated: it begins later than the profile did, and
-- some opening leads to them; the books of the largest and the smallest opening are the bounds.
-- unsound: nothing leads to them, so that nothing follows but what rows state themselves.
-- A larger opening means that less was taken from addon, and that less of it was lost.

create or replace function credits._legacy_account(
  history credits.legacy_entries[],
  monthly bigint,
  addon bigint
)
returns credits._legacy_account
language plpgsql immutable
as $$
declare
  v_account credits._legacy_account;
  v_books credits._legacy_books;
  v_openings bigint[];
  v_total bigint;
  v_taken bigint;
  v_refunded bigint;
  v_begins boolean;
  v_unknown boolean;
  v_hides boolean;
  v_states boolean;
begin
  -- hides: a beginning with nothing that leads there may not have been the only one.
  select sum(case when h.kind <> 'reset_to' then h.delta end)::bigint,
         sum(case when h.kind in ('deduct', 'reset', 'monthly') and h.delta < 0
                    then -h.delta end)::bigint,
         coalesce(sum(case when h.kind = 'refund' then h.delta end), 0)::bigint,
         coalesce(bool_or(h.kind = 'open'), false),
         coalesce(bool_or(h.kind = 'unknown'), false),
         coalesce(bool_or(h.kind = 'refund' and h.job_position is null), false)
           or coalesce(min(case when h.kind = 'deduct' then h.position end)
                         < max(case when h.kind = 'reset_to' then h.position end), false),
         coalesce(bool_or(h.stated_addon is not null), false)
    into v_total, v_taken, v_refunded, v_begins, v_unknown, v_hides, v_states
    from unnest(_legacy_account.history) h;
  v_books := credits._recompute_legacy(_legacy_account.history, 0::bigint, false);
  if not v_unknown and (v_begins or not v_hides)
     and v_books.monthly = _legacy_account.monthly and v_books.addon = _legacy_account.addon then
    return row('complete', v_books, v_books)::credits._legacy_account;
  end if;

  if not v_unknown and not v_begins then
    v_openings := credits._legacy_openings(_legacy_account.history, _legacy_account.monthly);
  end if;
  if v_openings is not null then
    -- Nor more than was there in all, or than was ever taken.
    v_openings[2] := least(
      v_openings[2],
      greatest(v_openings[1],
               case
                 when v_openings[2] is null then v_taken
                 else _legacy_account.monthly + _legacy_account.addon - v_total
               end));
    v_account.state := 'truncated';
    v_account.at_least := credits._recompute_legacy(_legacy_account.history, v_openings[2], false);
    v_account.at_most := credits._recompute_legacy(_legacy_account.history, v_openings[1], true);
    -- The addon bucket cannot have begun below zero, and the smallest opening takes most from it.
    if (v_account.at_least).monthly = _legacy_account.monthly
       and (v_account.at_most).monthly = _legacy_account.monthly
       and (v_account.at_most).addon <= _legacy_account.addon then
      if v_states and v_openings[1] < v_openings[2] then
        -- What is stated is so whatever the opening was: a larger one may mean that more was lost.
        v_account.at_least.addon_lost := 0::bigint;
        v_account.at_least.monthly_gained := 0::bigint;
        v_account.at_most.addon_lost := v_refunded;
        v_account.at_most.monthly_gained := v_refunded;
      end if;
      return v_account;
    end if;
  end if;

  v_account.state := 'unsound';
  v_account.at_least := credits._recompute_legacy(_legacy_account.history, null, false);
  v_account.at_most := credits._recompute_legacy(_legacy_account.history, null, true);
  return v_account;
end
$$;
