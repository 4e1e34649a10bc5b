-- _check_same_change: refuses a reference that changed another month, or to another allowance.
-- Raises: PT409 reference_conflict.

create or replace function credits._check_same_change(
  change credits.allowance_changes,
  period_start timestamptz,
  allowance bigint
)
returns void
language plpgsql stable
as $$
declare
  c_hint constant text := 'This reference changed an allowance already. A report of the same event '
                          'has the same figures; another event has a reference of its own.';
  v_change constant credits.allowance_changes := _check_same_change.change;
begin
  if v_change.period_start <> _check_same_change.period_start then
    perform credits._refuse_conflict(
      'period_start', to_jsonb(v_change.period_start), to_jsonb(_check_same_change.period_start),
      c_hint);
  end if;
  if v_change.allowance <> _check_same_change.allowance then
    perform credits._refuse_conflict(
      'allowance', to_jsonb(v_change.allowance), to_jsonb(_check_same_change.allowance), c_hint);
  end if;
end
$$;
