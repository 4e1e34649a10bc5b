-- _check_revocation: refuses arguments that no revocation and no reinstatement has: a missing key,
-- reason or actor, an amount below 1. Without an amount all that is left is meant.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference.

create or replace function credits._check_revocation(
  revocation_id text,
  amount bigint,
  reason text,
  actor text
)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_text('revocation_id', _check_revocation.revocation_id);
  if _check_revocation.amount is not null then
    perform credits._check_amount('amount', _check_revocation.amount, 1);
  end if;
  perform credits._check_text('reason', _check_revocation.reason);
  perform credits._check_text('actor', _check_revocation.actor);
end
$$;
