-- _check_event_kinds: refuses kinds of events that there are not; null is allowed.
-- Raises: PT400 missing_argument, invalid_option.

create or replace function credits._check_event_kinds(kinds text[])
returns void
language plpgsql stable
as $$
declare
  v_kind text;
begin
  foreach v_kind in array coalesce(_check_event_kinds.kinds, '{}') loop
    perform credits._check_option(
      'kinds', v_kind,
      '{credits.low,credits.depleted,job.shortfall,hold.expired,pack.expiring,pack.lapsed,
        grant.uncollected,limit.reached,topup.requested}');
  end loop;
end
$$;
