-- _return_faults: what is wrong with what a job got back: it is what its ledger rows gave. Settling
-- begins the count anew, and rows of before still have theirs, so it is at most that then.
-- monthly_back, addon_back: what the rows gave, null for nothing. The others are the job's.

create or replace function credits._return_faults(
  settled boolean,
  monthly_back numeric,
  addon_back numeric,
  monthly_refunded bigint,
  addon_refunded bigint
)
returns credits._fault[]
language sql stable
as $$
  select array_agg(
           row(format('job got back the %s credits its ledger rows gave', b.bucket),
               case when _return_faults.settled then 'at most ' else '' end || b.back,
               b.refunded)::credits._fault)
    from (values
      ('monthly', coalesce(_return_faults.monthly_back, 0), _return_faults.monthly_refunded),
      ('addon', coalesce(_return_faults.addon_back, 0), _return_faults.addon_refunded)
    ) b (bucket, back, refunded)
   where b.refunded > b.back
      or b.refunded < b.back and not _return_faults.settled
$$;
