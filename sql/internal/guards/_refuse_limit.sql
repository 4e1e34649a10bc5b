-- _refuse_limit: the refusal of a draw that a limit has no room for. spend_limit: as it is now.
-- Raises: PT402 limit_exceeded.

create or replace function credits._refuse_limit(spend_limit credits.limits, required bigint)
returns boolean
language plpgsql stable
as $$
declare
  v_limit constant credits.limit_entry := credits._limit_row(_refuse_limit.spend_limit, false);
begin
  raise exception using
    errcode = 'PT402',
    message = 'limit_exceeded',
    detail = jsonb_build_object(
      'spender', v_limit.spender,
      'window', v_limit.window_name,
      'limit', v_limit.amount,
      'spent', v_limit.spent,
      'remaining', v_limit.remaining,
      'resets_at', v_limit.resets_at,
      'required', _refuse_limit.required
    ),
    hint = case
             when v_limit.resets_at is null then 'Ask for less, or raise the limit.'
             else 'Ask for less, wait until the limit resets, or raise it.'
           end;
end
$$;
