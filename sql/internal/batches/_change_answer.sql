-- _change_answer: the answer to an element of a batch that changed something, or to a replay of a
-- partial refund.

create or replace function credits._change_answer(change credits._change)
returns credits._batch_answer
language plpgsql immutable
as $$
declare
  v_change constant credits._change := _change_answer.change;
  v_job constant credits.jobs := v_change.job;
  v_returned constant credits._returned := v_change.returned;
  v_answer credits._batch_answer;
begin
  v_answer.position := v_change.position;
  if v_change.kind = 'reserve' then
    v_answer.reservation := credits._reservation_row(
      v_job.id, v_job.profile_id, v_job.state, v_job.reserved_cost, v_job.monthly_deducted,
      v_returned.new_balance, v_returned.seq, false, v_job.hold_expires_at);
  elsif v_change.kind = 'settle' then
    v_answer.settlement := credits._settlement_row(v_job, v_returned, false);
  else
    v_answer.refund := credits._refund_row(v_job, v_returned, v_change.kind = 'replay');
  end if;
  return v_answer;
end
$$;
