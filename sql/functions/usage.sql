-- usage: where a profile's credits went: what its jobs took and gave back, by period and by a label
-- of the jobs.
-- Promises: for any range, the sum of net is what the buckets lost in it beside grants, renewals,
--   lapses, revocations, corrections and moves. The rows of all periods together are those of the
--   whole range, and those of all labels the ones without labels.
-- Parameters: profile_id: whose; since: the moment it begins, inclusive, or null for the first;
--   until: the moment it ends, exclusive, or null for no end; step: day, week (from Monday) or
--   month, of the calendar of time_zone, or null for the whole range in one row; by: spender, or
--   meta. and a key of the caller's metadata, such as meta.model, or null for no labels; time_zone:
--   the name of one, such as Europe/Berlin.
-- Result: usage_entry rows, the oldest period first, in it the label with the largest net; none for
--   a period in which no job was reserved and none moved credits. Periods are cut off at since and
--   until. jobs counts reservations, also free ones, in the period in which they were made. Label
--   is null where the job has none.
-- Locks: none.
-- Reads: profiles, the ledger rows of the range and a few more, the jobs reserved in it, and by a
--   label the jobs of these rows: where they are many, all of the profile. Writes: nothing.
-- Raises: PT400 missing_argument, invalid_interval, invalid_option, invalid_time_zone;
--   PT404 profile_not_found.
-- Replay: a read.

create or replace function credits.usage(
  profile_id uuid,
  since timestamptz default null,
  until timestamptz default null,
  step text default null,
  by text default null,
  time_zone text default 'UTC'
)
returns setof credits.usage_entry
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set plan_cache_mode = force_custom_plan
as $$
declare
  v_profile credits.profiles;
  v_low bigint := 0::bigint;
  v_high bigint := 9223372036854775807;
  v_bounds timestamptz[] := array[usage.since, usage.until];
begin
  perform credits._check_usage(
    usage.profile_id, usage.since, usage.until, usage.step, usage.by, usage.time_zone);

  select p.* into v_profile from credits.profiles p where p.id = usage.profile_id;
  if not found then
    perform credits._refuse_unknown_profile();
  end if;
  -- Half open: the rows after the newest one before since, up to the newest one before until.
  if usage.since is not null then
    v_low := credits._seq_at(v_profile.id, v_profile.seq, usage.since - interval '1 microsecond');
  end if;
  if usage.until is not null then
    v_high := credits._seq_at(v_profile.id, v_profile.seq, usage.until - interval '1 microsecond');
  end if;
  if usage.step is not null then
    v_bounds := credits._period_bounds(
      greatest(usage.since, v_profile.created_at),
      least(usage.until, greatest(credits._now(), v_profile.changed_at)),
      usage.since, usage.until, usage.step, usage.time_zone);
  end if;

  return query
    select v_bounds[f.period], v_bounds[f.period + 1], f.label, f.jobs, f.consumed, f.returned,
           f.consumed - f.returned as net, f.monthly_net,
           f.consumed - f.returned - f.monthly_net
      from (
        select case
                 when usage.step is null then 1
                 else greatest(least(width_bucket(e.ts, v_bounds), cardinality(v_bounds) - 1), 1)
               end as period,
               case when usage.by = 'spender' then e.spender
                    else e.meta_json ->> substr(usage.by, 6)
               end as label,
               sum(e.jobs)::bigint as jobs,
               sum(e.monthly_consumed + e.addon_consumed)::bigint as consumed,
               sum(e.monthly_returned + e.addon_returned)::bigint as returned,
               sum(e.monthly_consumed - e.monthly_returned)::bigint as monthly_net
          from credits.job_flows e
         where e.profile_id = usage.profile_id
           and e.seq between v_low and v_high
           -- A free job has the seq of the row before it.
           and (e.seq > v_low or e.ts >= usage.since)
           and (e.seq < v_high or e.ts < usage.until)
         group by 1, 2
      ) f
     order by f.period, net desc, f.label collate "C";
end
$$;

comment on function credits.usage(uuid, timestamptz, timestamptz, text, text, text) is
  'Where a profile''s credits went: jobs, and what they took and gave back, by day, week or month '
  'and by spender or a key of their metadata.';
