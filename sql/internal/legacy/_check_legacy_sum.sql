-- _check_legacy_sum: refuses a history whose amounts together are beyond the cap of every amount:
-- nothing that is added up of it can overflow then.
-- Raises: PT400 invalid_amount.

create or replace function credits._check_legacy_sum(history credits.legacy_entries[])
returns void
language plpgsql stable
as $$
begin
  perform credits._check_amount(
    'entries',
    (select least(coalesce(sum(abs(h.delta)), 0), 9223372036854775807)::bigint
       from unnest(_check_legacy_sum.history) h),
    0);
end
$$;
