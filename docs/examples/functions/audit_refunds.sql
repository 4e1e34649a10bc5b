-- 1,500 addon credits went into the monthly bucket, and they are all still there.
select job_id, refunded, misplaced_at_least as misplaced, addon_lost_at_least as addon_lost,
       monthly_gained_at_least as monthly_gained, certainty
  from credits.audit_refunds();
