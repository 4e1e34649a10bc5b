-- _grant_together: makes the grants of a batch that _plan_grants plans: one insert into ledger, one
-- into addon_grants, one into packs, one update of profiles, and one of those that are new to early
-- packs. Returns the answers to these elements, in their order.
-- locked: the profiles as the caller has locked them, by ascending id.
-- Raises 23505 where another profile is granted one of the references at this moment, and only one
-- may be. Grants are written by ascending reference: two batches with the same ones wait for each
-- other and do not deadlock.

create or replace function credits._grant_together(
  elements credits._batch_element[],
  locked credits.profiles[]
)
returns credits._batch_answer[]
language plpgsql volatile
as $$
declare
  v_is_exclusive constant boolean := credits._references_are_exclusive();
  v_plan constant credits._credited := credits._plan_grants(
    _grant_together.elements, _grant_together.locked, v_is_exclusive);
begin
  if cardinality(v_plan.entries) = 0 then
    return v_plan.answers;
  end if;
  perform credits._write_entries('grant', v_plan.entries);
  insert into credits.addon_grants (profile_id, seq, amount, granted_at, exclusive, kind, reference)
  select p.id, (a.granted).seq, (a.granted).amount, p.changed_at, v_is_exclusive,
         (a.granted).kind, (a.granted).reference
    from unnest(v_plan.answers) a
    join credits.profiles p on p.id = (a.granted).profile_id
   order by (a.granted).reference;
  insert into credits.packs (profile_id, seq, amount, remaining, expires_at, granted_until, kind,
                             priority)
  select (a.granted).profile_id, (a.granted).seq, (a.granted).amount, (a.granted).amount,
         (a.granted).expires_at, (a.granted).expires_at, (a.granted).kind, (a.granted).priority
    from unnest(v_plan.answers) a
   where (a.granted).expires_at is not null;
  update credits.profiles p
     set early_packs = true
    from unnest(v_plan.answers) a
   where credits._is_early((a.granted).priority)
     and p.id = (a.granted).profile_id
     and not p.early_packs;
  if exists (select from unnest(_grant_together.locked) p where p.watched) then
    perform credits._plan_notices(array(
      select (g.granted).profile_id
        from unnest(v_plan.answers) g
       where (g.granted).expires_at is not null));
  end if;
  return v_plan.answers;
end
$$;
