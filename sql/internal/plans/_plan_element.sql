-- _plan_element: what an element of a batch changes; nulls for one without effect: it is refused
-- for its arguments, its job has ended or is somebody else's, or it is a replay. Those are answered
-- by their single calls. Replays of partial refunds are answered here.
-- Pure. change: with the job and its draws as they are, or nulls where there is no such job.
-- used: what its refund_id moved in the same batch, or nulls.
-- Raises: PT402 insufficient_credits, limit_exceeded; PT409 refund_exceeds_deduction,
--   reference_conflict; PT410 profile_closed.

create or replace function credits._plan_element(
  kind text,
  element credits._batch_element,
  purse credits._purse,
  change credits._change,
  used credits._returned,
  at timestamptz
)
returns credits._planned
language plpgsql stable
as $$
declare
  v_element constant credits._batch_element := _plan_element.element;
  v_change credits._change := _plan_element.change;
  v_job constant credits.jobs := v_change.job;
begin
  v_change.position := v_element.position;
  if _plan_element.kind = 'reserve' then
    if v_job.id is null
       and v_element.job_id is not null
       and credits._is_amount(v_element.cost, 0)
       and credits._accepts(meta => v_element.meta, hold_for => v_element.hold_for,
                            spender => v_element.spender) then
      v_change.job.id := v_element.job_id;
      v_change.job.spender := v_element.spender;
      return credits._plan_reservation(
        _plan_element.purse, v_change, v_element.cost, v_element.meta, v_element.hold_for,
        _plan_element.at);
    end if;
  elsif v_job.profile_id is distinct from ((_plan_element.purse).profile).id then
    return null;
  elsif _plan_element.kind = 'settle' then
    if v_job.settled_cost is null
       and v_job.state not in ('rolled_back', 'refunded')
       and credits._is_amount(coalesce(v_element.actual_cost, 0), 0)
       and coalesce(v_element.overage, 'cap') in ('cap', 'reject') then
      return credits._plan_settlement(
        _plan_element.purse, v_change,
        coalesce(v_element.actual_cost, credits._default_cost(v_job)),
        coalesce(v_element.overage, 'cap'), _plan_element.at);
    end if;
  elsif credits._accepts(reason => v_element.reason) then
    return credits._plan_refund(_plan_element.purse, v_change, v_element.amount,
                                v_element.refund_id, v_element.reason, _plan_element.used,
                                _plan_element.at);
  end if;
  return null;
end
$$;
