-- job_flows: what jobs took and gave back, one row for each ledger row of a job that moved credits
-- for it; and one for each reservation, at jobs = 1, so that free ones count too. What lapses of a
-- return or goes to a revocation is no flow of the job, which has given it back. Row-level security
-- of the caller applies.

create or replace view credits.job_flows
with (security_invoker = true) as
select l.profile_id,
       l.seq,
       l.ts,
       l.job_id,
       j.spender,
       j.meta_json,
       0::bigint as jobs,
       -least(l.monthly_delta, 0) as monthly_consumed,
       greatest(l.monthly_delta, 0) as monthly_returned,
       -least(l.addon_delta, 0) as addon_consumed,
       greatest(l.addon_delta, 0) as addon_returned
  from credits.ledger l
  left join credits.jobs j on j.id = l.job_id
 where l.kind = any ('{reserve,raise,settle,refund,rollback,expire}'::text[])
union all
select j.profile_id, j.reserve_seq, j.created_at, j.id, j.spender, j.meta_json, 1, 0, 0, 0, 0
  from credits.jobs j
 where j.breakdown_source is null;

comment on view credits.job_flows is
  'What jobs took and gave back, with who spent and the metadata of the job; and one row for each '
  'reservation, which counts its job. Imported jobs were not reserved here.';
