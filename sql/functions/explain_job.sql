-- explain_job: the history of one job, in order, for a support person.
-- Promises: every ledger row of the job, oldest first, with what the job held after it.
-- Parameters: job_id: which; profile_id: the job's profile, where the caller knows it.
-- Result: job_event rows; a free job has one without deltas. Credits that lapse or are revoked
--   had come back before, so that does not change outstanding, and neither does a repair. An
--   imported job begins with its rows in the old ledger, of kind legacy and with the import's seq.
-- Locks: none.
-- Reads: jobs, ledger, legacy_profiles, legacy_entries. Writes: nothing.
-- Raises: PT400 missing_argument; PT404 job_not_found.
-- Replay: a read.

create or replace function credits.explain_job(job_id uuid, profile_id uuid default null)
returns setof credits.job_event
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
  v_job credits.jobs;
begin
  perform credits._check_present('job_id', explain_job.job_id is not null);

  v_job := credits._find_job(explain_job.job_id, explain_job.profile_id);
  return query
    select e.seq, e.ts, e.kind, e.monthly_delta, e.addon_delta,
           case
             when e.place is not null then greatest(0, -sum(e.moved) over told)
             -- Damage there may leave a job with more or less than its rows there add up to.
             else coalesce(v_job.monthly_held_at_import + v_job.addon_held_at_import, 0)
                  - sum(e.moved) filter (where e.place is null) over told
           end::bigint,
           e.reason
      from (
        select l.seq, l.ts, l.kind, l.monthly_delta, l.addon_delta, l.reason,
               null::integer as place,
               case
                 when l.kind in ('lapse', 'revoke', 'repair') then 0
                 else l.monthly_delta + l.addon_delta
               end as moved
          from credits.ledger l
         where l.profile_id = v_job.profile_id
           and l.seq >= v_job.reserve_seq
           and l.job_id = v_job.id
        union all
        select v_job.reserve_seq, v_job.created_at, 'reserve', 0, 0,
               format('job reserve: %s (free)', v_job.id), null, 0
         where v_job.reserved_cost = v_job.raised
        union all
        select v_job.reserve_seq, coalesce(h.ts, v_job.created_at), 'legacy',
               h.delta - h.addon_delta, h.addon_delta, h.reason, h.place, h.delta
          from credits._legacy_job_entries(v_job) h
      ) e
    window told as (order by e.seq, e.ts, e.place)
     order by e.seq, e.ts, e.place;
end
$$;

comment on function credits.explain_job(uuid, uuid) is
  'The history of one job, oldest first: what it took and gave back, and what it held then.';
