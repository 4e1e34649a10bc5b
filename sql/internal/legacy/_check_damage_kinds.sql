-- _check_damage_kinds: THE list of what may be accepted of a damaged profile; refuses other words.
-- Raises: PT400 missing_argument, invalid_option.

create or replace function credits._check_damage_kinds(accept text[])
returns void
language plpgsql stable
as $$
declare
  v_kind text;
begin
  perform credits._check_present('accept', _check_damage_kinds.accept is not null);
  foreach v_kind in array _check_damage_kinds.accept loop
    perform credits._check_option('accept', v_kind, array[
      'null_balance', 'negative_balance', 'balance_mismatch', 'history_truncated', 'meta_missing',
      'cost_mismatch', 'deduction_missing', 'duplicate_deduction', 'duplicate_refund',
      'partial_refund', 'refund_interrupted', 'split_mismatch', 'job_missing', 'entry_unknown',
      'invalid_id', 'invalid_amount'
    ]);
  end loop;
end
$$;
