-- job_flows: what jobs took and gave back, one row for each ledger row of a job that moved credits
-- for it; and one for each reservation, at jobs = 1, so that free ones count too. What lapses of a
-- return or goes to a revocation is no flow of the job, which has given it back. Row-level security
-- of the caller applies.
-- The job is joined to all of it, so that a query that asks for nothing of it does not read it; and
-- by its profile too, so that one for a profile reads only the jobs of that.

create or replace view credits.job_flows
with (security_invoker = true) as
select f.profile_id,
       f.seq,
       f.ts,
       f.job_id,
       j.spender,
       j.meta_json,
       f.jobs,
       f.monthly_consumed,
       f.monthly_returned,
       f.addon_consumed,
       f.addon_returned
  from (
    select l.profile_id, l.seq, l.ts, l.job_id, 0::bigint as jobs,
           -least(l.monthly_delta, 0) as monthly_consumed,
           greatest(l.monthly_delta, 0) as monthly_returned,
           -least(l.addon_delta, 0) as addon_consumed,
           greatest(l.addon_delta, 0) as addon_returned
      from credits.ledger l
     where l.kind = any ('{reserve,raise,settle,refund,rollback,expire}'::text[])
    union all
    select r.profile_id, r.reserve_seq, r.created_at, r.id, 1, 0, 0, 0, 0
      from credits.jobs r
     where r.breakdown_source is null
  ) f
  left join credits.jobs j on j.id = f.job_id and j.profile_id = f.profile_id;

comment on view credits.job_flows is
  'What jobs took and gave back, with who spent and the metadata of the job; and one row for each '
  'reservation, which counts its job. Imported jobs were not reserved here.';
