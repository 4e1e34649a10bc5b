-- _check_grant_arguments: refuses the arguments of a grant that are wrong whatever the profile
-- holds.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference, invalid_option,
--   invalid_interval.

create or replace function credits._check_grant_arguments(
  amount bigint,
  reference text,
  expires_at timestamptz,
  kind text,
  priority bigint,
  reason text
)
returns void
language plpgsql stable
as $$
begin
  perform credits._check_amount('amount', _check_grant_arguments.amount, 1);
  perform credits._check_text('reference', _check_grant_arguments.reference);
  if _check_grant_arguments.expires_at is not null then
    perform credits._check_time('expires_at', _check_grant_arguments.expires_at);
  end if;
  perform credits._check_option('kind', _check_grant_arguments.kind, array['paid', 'promo']);
  perform credits._check_amount('priority', _check_grant_arguments.priority, -1000, 1000);
  if _check_grant_arguments.reason is not null then
    perform credits._check_text('reason', _check_grant_arguments.reason);
  end if;
end
$$;
