-- _plan_return: a return as such: a refund, a rollback or an expired hold.
-- Pure. at: as of when; now: when it is written. note, reference: the caller's.

create or replace function credits._plan_return(
  purse credits._purse,
  change credits._change,
  amount bigint,
  kind text,
  final_state text,
  at timestamptz,
  now timestamptz
)
returns credits._planned
language plpgsql stable
as $$
declare
  v_planned credits._planned;
  v_change credits._change;
begin
  v_planned := credits._give_back(
    _plan_return.purse, _plan_return.change, _plan_return.amount, _plan_return.at);
  v_change := v_planned.change;
  v_change.kind := _plan_return.kind;
  v_change.job := credits._returned_job(
    v_change.job, (v_change.returned).monthly, (v_change.returned).addon,
    (v_change.returned).seq, _plan_return.final_state, _plan_return.now);
  v_planned.change := v_change;
  return v_planned;
end
$$;
