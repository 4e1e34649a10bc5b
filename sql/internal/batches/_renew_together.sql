-- _renew_together: makes the renewals of a batch that _plan_renewals plans: one insert into ledger,
-- one into renewals, one update of profiles. Returns the answers to these elements, in their order.
-- locked: the profiles as the caller has locked them, by ascending id.

create or replace function credits._renew_together(
  elements credits._batch_element[],
  locked credits.profiles[]
)
returns credits._batch_answer[]
language plpgsql volatile
as $$
declare
  v_plan constant credits._credited := credits._plan_renewals(
    _renew_together.elements, _renew_together.locked);
begin
  if cardinality(v_plan.entries) = 0 then
    return v_plan.answers;
  end if;
  perform credits._write_entries('renew', v_plan.entries);
  insert into credits.renewals (profile_id, period_start, allowance, rollover_cap, unused, carried,
                                seq)
  select r.profile_id, r.period_start, r.allowance, r.rollover_cap, r.unused, r.carried, r.seq
    from unnest(v_plan.renewals) r;
  return v_plan.answers;
end
$$;
