-- _set_hold: the deadline of a hold that lasts this long from now; the profile is told of it.
-- The caller holds the profile's lock and writes the job. The profile is written in any case, so
-- that a transaction with an older snapshot is refused (40001) and not left with a stale deadline.

create or replace function credits._set_hold(profile_id uuid, hold_for interval)
returns timestamptz
language plpgsql volatile
as $$
declare
  v_deadline constant timestamptz := credits._later(credits._now(), _set_hold.hold_for);
begin
  update credits.profiles p
     set next_hold_expiry = least(p.next_hold_expiry, v_deadline)
   where p.id = _set_hold.profile_id;
  return v_deadline;
end
$$;
