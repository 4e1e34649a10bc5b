-- list_profiles: a page of all profiles, in the order of their ids.
-- Promises: pages never skip or repeat a profile that was there when the first one was read,
--   whatever is opened meanwhile.
-- Parameters: after_profile_id: profiles after this id, which nobody needs to have, or null for the
--   first ones; page_size: at most this many rows, 1 to 1000.
-- Result: listed_profile rows; none when there is nothing after. Packs that are overdue and not yet
--   processed are left out, and what overdue holds hold has not come back yet.
-- Locks: none.
-- Reads: profiles, packs. Writes: nothing.
-- Raises: PT400 missing_argument, invalid_amount.
-- Replay: a read.

create or replace function credits.list_profiles(
  after_profile_id uuid default null,
  page_size bigint default 50
)
returns setof credits.listed_profile
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  v_now timestamptz;
begin
  perform credits._check_amount('page_size', list_profiles.page_size, 1, 1000);

  v_now := credits._now();
  return query
    select p.id, p.credits_remaining, p.addon_credits - o.overdue,
           p.credits_remaining + p.addon_credits - o.overdue, p.overdraft_limit, p.seq,
           p.created_at, p.changed_at, p.closed_at
      from credits.profiles p
     cross join lateral credits._overdue_credits(p, v_now) o (overdue)
     where p.id >= coalesce(list_profiles.after_profile_id, '00000000-0000-0000-0000-000000000000')
       and p.id is distinct from list_profiles.after_profile_id
     order by p.id
     limit list_profiles.page_size;
end
$$;

comment on function credits.list_profiles(uuid, bigint) is
  'A page of all profiles, in the order of their ids; the next page is after_profile_id = the last '
  'row''s profile_id.';
