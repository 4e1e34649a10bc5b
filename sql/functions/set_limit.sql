-- set_limit: sets how much a spender, or the profile as a whole, may spend per day, week or month,
-- or in total.
-- Promises: from then on no draw goes past it, but for settlements with overage cap. What was drawn
--   in the present window already counts. Limits of several windows, and that of the profile as a
--   whole, hold together.
-- Parameters: profile_id: who pays; spender: as in reserve_credits, or null for all that the
--   profile spends; window_name: day, week (from Monday), month or total; amount: credits, 0 or
--   more, or null to take the limit away; reason: why; actor: who; time_zone: whose calendar it is,
--   or null for the one that the limit has, at first UTC.
-- Result: limit_entry, as it is now.
-- Locks: profile.
-- Reads: profiles, limits, ledger, jobs, raises, pack_draws. Writes: limits, profiles, and a ledger
--   row with zero deltas.
-- Raises: PT400 missing_argument, invalid_amount, invalid_option, invalid_reference,
--   invalid_time_zone; PT404 profile_not_found; PT410 profile_closed.
-- Replay: the amount and time zone that are set already change nothing, and return the limit as it
--   is now. reason and actor are not compared.

create or replace function credits.set_limit(
  profile_id uuid,
  spender text,
  window_name text,
  amount bigint,
  reason text,
  actor text,
  time_zone text default null
)
returns credits.limit_entry
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_profile credits.profiles;
  v_limit credits.limits;
  v_time_zone text;
  v_now timestamptz;
begin
  perform credits._check_limit_arguments(
    set_limit.profile_id, set_limit.spender, set_limit.window_name, set_limit.amount,
    set_limit.reason, set_limit.actor, set_limit.time_zone);

  v_profile := credits._bring_up_to_date(credits._lock_profile(set_limit.profile_id));
  v_now := credits._now();
  select l.* into v_limit
    from credits.limits l
   where l.profile_id = v_profile.id
     and l.spender = coalesce(set_limit.spender, '')
     and l.window_name = set_limit.window_name;
  v_time_zone := coalesce(set_limit.time_zone, v_limit.time_zone, 'UTC');
  v_limit := credits._roll_limit(v_limit, v_now, v_profile.seq);
  v_limit.profile_id := v_profile.id;
  v_limit.spender := coalesce(set_limit.spender, '');
  v_limit.window_name := set_limit.window_name;
  if v_limit.amount is not distinct from set_limit.amount
     and (set_limit.amount is null or v_limit.time_zone = v_time_zone) then
    return credits._limit_row(v_limit, true);
  end if;
  if v_profile.closed_at is not null then
    perform credits._refuse_closed();
  end if;

  if set_limit.amount is not null and v_limit.time_zone is distinct from v_time_zone then
    v_limit.time_zone := v_time_zone;
    if v_limit.amount is null or v_limit.window_name <> 'total' then
      v_limit := credits._begin_limit(v_profile, v_limit, v_now);
    end if;
  end if;
  v_limit.amount := set_limit.amount;
  v_limit := credits._write_limit(v_limit);
  perform credits._write_ledger(
    v_profile.id, 'adjust', null, 0, 0, credits._limit_reason(v_limit, set_limit.reason), null,
    set_limit.actor);
  return credits._limit_row(v_limit, false);
end
$$;

comment on function credits.set_limit(uuid, text, text, bigint, text, text, text) is
  'Sets how much a spender, or the profile as a whole, may spend per day, week or month of a '
  'calendar, or in total; an amount of null takes the limit away.';
