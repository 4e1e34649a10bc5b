-- _preview_reservation: what a new job would take, planned as it is for many and not written; null
-- where something is overdue that has to be processed first.
-- Stable: all that it reads is of one moment, without a lock.
-- Raises: PT402 insufficient_credits, limit_exceeded; PT404 profile_not_found; PT410
--   profile_closed.

create or replace function credits._preview_reservation(
  profile_id uuid,
  cost bigint,
  spender text
)
returns credits.reservation_preview
language plpgsql stable
as $$
declare
  v_now constant timestamptz := credits._now();
  v_profile credits.profiles;
  v_change credits._change;
  v_planned credits._planned;
  v_returned credits._returned;
begin
  select p.* into v_profile
    from credits.profiles p
   where p.id = _preview_reservation.profile_id;
  if not found then
    perform credits._refuse_unknown_profile();
  end if;
  if least(v_profile.next_hold_expiry, v_profile.next_pack_expiry) <= v_now then
    return null;
  end if;
  v_change.job.spender := _preview_reservation.spender;
  v_planned := credits._plan_reservation(
    credits._load_purse(
      v_profile, null, draws => true, spenders => array[_preview_reservation.spender]),
    v_change, _preview_reservation.cost, '{}', null, v_now);
  v_returned := (v_planned.change).returned;
  return row(
    v_profile.id, _preview_reservation.cost, -v_returned.monthly, -v_returned.addon,
    v_returned.previous_balance, v_returned.new_balance)::credits.reservation_preview;
end
$$;
