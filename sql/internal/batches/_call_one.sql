-- _call_one: the answer to one element of a batch by its single call, which may refuse it.
-- The caller has locked all profiles that there were. One that has come since, or whose job has, is
-- locked only if nobody has it locked: waiting for it now could deadlock. Otherwise the single call
-- is made with ids that nobody has, and gives the answer that is right. So is that of a new job and
-- of a new grant: all that could be made have been, in order, and one that comes last could
-- deadlock.

create or replace function credits._call_one(kind text, element credits._batch_element)
returns credits._batch_answer
language plpgsql volatile
as $$
declare
  v_element credits._batch_element := _call_one.element;
  v_profile_id constant uuid := coalesce(
    v_element.profile_id,
    (select j.profile_id
       from credits.jobs j
      where j.id = v_element.job_id
        and _call_one.kind <> 'reserve'));
begin
  if _call_one.kind = 'reserve'
       and not exists (select from credits.jobs j where j.id = v_element.job_id)
     or _call_one.kind = 'grant'
       and not exists (select from credits.addon_grants g
                        where g.reference = v_element.reference
                          and g.profile_id = v_element.profile_id)
     or not credits._try_lock_profile(v_profile_id)
     or not credits._try_lock_successors(v_profile_id) then
    v_element.profile_id := case when v_element.profile_id is not null then gen_random_uuid() end;
    v_element.job_id := case when v_element.job_id is not null then gen_random_uuid() end;
  end if;

  return case _call_one.kind
    when 'reserve' then credits._batch_answer_row(
      v_element.position,
      reservation => credits.reserve_credits(
        v_element.profile_id, v_element.job_id, v_element.cost, v_element.meta,
        v_element.hold_for, v_element.spender))
    when 'settle' then credits._batch_answer_row(
      v_element.position,
      settlement => credits.settle_job(
        v_element.job_id, v_element.actual_cost, coalesce(v_element.overage, 'cap'),
        v_element.profile_id))
    when 'refund' then credits._batch_answer_row(
      v_element.position,
      refund => credits.refund_job(
        v_element.job_id, v_element.amount, v_element.refund_id, v_element.reason,
        v_element.profile_id))
    when 'renew' then credits._batch_answer_row(
      v_element.position,
      renewal => credits.renew_monthly(
        v_element.profile_id, v_element.period_start, v_element.allowance,
        coalesce(v_element.rollover_cap, 0)))
    when 'grant' then credits._batch_answer_row(
      v_element.position,
      granted => credits.grant_addon(
        v_element.profile_id, v_element.amount, v_element.reference, v_element.expires_at,
        coalesce(v_element.kind, 'paid'), coalesce(v_element.priority, 0), v_element.reason))
  end;
end
$$;
