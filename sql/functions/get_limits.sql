-- get_limits: the limits of a profile: how much may be spent, how much is spent and is left of it,
-- and when each begins anew.
-- Promises: all of it is of one moment. A window that is over shows the present one, with nothing
--   spent.
-- Parameters: profile_id: whose limits; spender: only those of this spender, or null for all, the
--   limits of the profile as a whole included.
-- Result: limit_entry rows, those of the profile as a whole first. What a hold holds that is
--   overdue and not yet processed still counts; preview_reserve says what can be spent.
-- Locks: none.
-- Reads: profiles, limits. Writes: nothing.
-- Raises: PT400 missing_argument, invalid_reference; PT404 profile_not_found.
-- Replay: a read; replayed is always false.

create or replace function credits.get_limits(profile_id uuid, spender text default null)
returns setof credits.limit_entry
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
begin
  perform credits._check_present('profile_id', get_limits.profile_id is not null);
  if get_limits.spender is not null then
    perform credits._check_text('spender', get_limits.spender);
  end if;

  if not exists (select from credits.profiles p where p.id = get_limits.profile_id) then
    perform credits._refuse_unknown_profile();
  end if;
  return query
    select e.*
      from credits.limits l
     cross join lateral credits._limit_row(credits._roll_limit(l, credits._now(), 0), false) e
     where l.profile_id = get_limits.profile_id
       and (get_limits.spender is null or l.spender = get_limits.spender)
     order by l.spender collate "C",
              array_position(array['day', 'week', 'month', 'total'], l.window_name);
end
$$;

comment on function credits.get_limits(uuid, text) is
  'The limits of a profile, or those of one spender: how much may be spent, how much is left of '
  'it, and when each begins anew.';
